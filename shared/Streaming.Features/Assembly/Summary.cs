namespace Streaming.Features.Assembly;

/// <summary>A metric over one bucket or several, which are added in the order of their times.</summary>
internal unsafe struct Summary
{
    private readonly MetricPlan _plan;
    private fixed double _sum[2];
    private double _least;
    private double _greatest;

    // The mean and the squared deviations of the differences from the origin; times in milliseconds since the first bucket's start.
    private double _origin;
    private double _mean;
    private double _squares;
    private double _meanTime;
    private double _timeSquares;
    private double _products;
    private long _start;

    public Summary(in MetricPlan plan)
    {
        _plan = plan;
        _least = double.PositiveInfinity;
        _greatest = double.NegativeInfinity;
    }

    public double Count { get; private set; }

    public long FirstTime { get; private set; }

    public double First { get; private set; }

    public long LastTime { get; private set; }

    public double Last { get; private set; }

    public readonly double Sum => Accumulator.Bounded(_sum[0] + _sum[1]);

    public readonly double Least => _least;

    public readonly double Greatest => _greatest;

    public readonly double Deviation => Accumulator.Deviation(Count, _squares);

    /// <summary>Least squares over event time, per second; NaN below two different times.</summary>
    public readonly double Slope => Count >= 2 && _timeSquares > 0 ? Accumulator.Bounded(_products / _timeSquares * 1000) : double.NaN;

    /// <summary>Adds a bucket that starts after those before.</summary>
    public void Add(double* words, long start)
    {
        var count = _plan.Count(words);
        if (count == 0)
        {
            return;
        }

        if (Count == 0)
        {
            _start = start;
        }

        if (_plan.Has(MetricParts.Sum))
        {
            fixed (double* sum = _sum)
            {
                Accumulator.AddToSum(sum, words[_plan.Sum]);
                Accumulator.AddToSum(sum, words[_plan.Sum + 1]);
            }
        }

        if (_plan.Has(MetricParts.Min))
        {
            _least = Math.Min(_least, words[_plan.Min]);
        }

        if (_plan.Has(MetricParts.Max))
        {
            _greatest = Math.Max(_greatest, words[_plan.Max]);
        }

        if (_plan.Has(MetricParts.First) && Count == 0)
        {
            (FirstTime, First) = (start + _plan.EarliestTime(words), words[_plan.First + 1]);
        }

        if (_plan.Has(MetricParts.Last))
        {
            Last = words[_plan.Last];
        }

        LastTime = start + _plan.LatestTime(words);
        if (_plan.Has(MetricParts.Spread))
        {
            AddSpread(words + _plan.Spread, count, start - _start);
        }

        Count += count;
    }

    /// <summary>Joins two spreads (Chan, Golub and LeVeque's pairwise rule).</summary>
    private void AddSpread(double* spread, uint count, long shift)
    {
        var hasTrend = _plan.Has(MetricParts.Trend);
        if (Count == 0)
        {
            (_origin, _mean, _squares) = (spread[0], spread[1], spread[2]);
            if (hasTrend)
            {
                (_meanTime, _timeSquares, _products) = (spread[3], spread[4], spread[5]);
            }

            return;
        }

        var share = count / (Count + count);
        var weight = Count * share;
        var difference = Accumulator.Bounded(Accumulator.Bounded(spread[0] - _origin) + Accumulator.Bounded(spread[1] - _mean));
        _mean += difference * share;
        _squares = Accumulator.Bounded(_squares + spread[2] + (difference * difference * weight));
        if (hasTrend)
        {
            var apart = spread[3] + shift - _meanTime;
            _meanTime += apart * share;
            _timeSquares += spread[4] + (apart * apart * weight);
            _products = Accumulator.Bounded(_products + spread[5] + (apart * difference * weight));
        }
    }
}
