namespace Streaming.Features.Assembly;

/// <summary>A metric over one bucket or several, which are added in the order of their times.</summary>
internal unsafe struct Summary
{
    private readonly MetricPlan _plan;
    private fixed double _sum[2];
    private double _least;
    private double _greatest;

    // As the words of a bucket; times in milliseconds since the first bucket's start.
    private fixed double _spread[6];
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

    public double Sum
    {
        get
        {
            fixed (double* sum = _sum)
            {
                return Accumulator.Total(sum);
            }
        }
    }

    public double Mean
    {
        get
        {
            fixed (double* sum = _sum)
            {
                return Accumulator.Mean(sum, Count);
            }
        }
    }

    public readonly double Least => _least;

    public readonly double Greatest => _greatest;

    public double Deviation
    {
        get
        {
            fixed (double* spread = _spread)
            {
                return Accumulator.Deviation(spread, Count);
            }
        }
    }

    /// <summary>Least squares over event time, per second; NaN below two different times.</summary>
    public readonly double Slope => Count < 2 || _spread[4] <= 0 ? double.NaN
        : Accumulator.Bounded(double.IsNaN(_spread[1]) ? _spread[5] / _spread[4] * 1000 / Accumulator.Scale : _spread[5] / _spread[4] * 1000);

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
                Accumulator.AddSumToSum(sum, words + _plan.Sum, _plan.Stride);
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
            (FirstTime, First) = (start + _plan.EarliestTime(words), _plan.FirstValue(words));
        }

        if (_plan.Has(MetricParts.Last))
        {
            Last = words[_plan.Last];
        }

        LastTime = start + _plan.LatestTime(words);
        if (_plan.Has(MetricParts.Spread))
        {
            fixed (double* spread = _spread)
            {
                AddSpread(spread, words + _plan.Spread, count, start - _start);
            }
        }

        Count += count;
    }

    /// <summary>Joins two spreads (Chan, Golub and LeVeque's pairwise rule).</summary>
    private readonly void AddSpread(double* spread, double* words, uint count, long shift)
    {
        var hasTrend = _plan.Has(MetricParts.Trend);
        var length = hasTrend ? 6 : 3;
        var other = stackalloc double[length];
        for (var word = 0; word < length; word++)
        {
            other[word] = words[word * _plan.Stride];
        }

        if (Count == 0)
        {
            new ReadOnlySpan<double>(other, length).CopyTo(new Span<double>(spread, length));
            return;
        }

        if (double.IsNaN(spread[1]) == double.IsNaN(other[1]) && TryJoin(spread, other, count, shift, hasTrend))
        {
            return;
        }

        Accumulator.ScaleSpread(other, hasTrend);
        Accumulator.ScaleSpread(spread, hasTrend);
        TryJoin(spread, other, count, shift, hasTrend);
    }

    /// <summary>Joins two spreads of one scale; changes nothing where the result would overflow.</summary>
    private readonly bool TryJoin(double* spread, double* other, uint count, long shift, bool hasTrend)
    {
        var isScaled = double.IsNaN(spread[1]);
        var share = count / (Count + count);
        var weight = Count * share;
        var difference = isScaled ? other[0] - spread[0] : (other[0] - spread[0]) + (other[1] - spread[1]);
        var squares = spread[2] + other[2] + (difference * difference * weight);
        var apart = hasTrend ? other[3] + shift - spread[3] : 0;
        var products = hasTrend ? spread[5] + other[5] + (apart * difference * weight) : 0;
        if (!double.IsFinite(squares + products))
        {
            return false;
        }

        spread[isScaled ? 0 : 1] += difference * share;
        spread[2] = squares;
        if (hasTrend)
        {
            spread[3] += apart * share;
            spread[4] += other[4] + (apart * apart * weight);
            spread[5] = products;
        }

        return true;
    }
}
