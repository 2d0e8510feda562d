using System.Runtime.Intrinsics;
using System.Text;
using Streaming.Features.Definitions.Expressions;

namespace Streaming.Features.Assembly;

/// <summary>What a feature set takes from readings of one shape: which value goes to which words.</summary>
internal sealed unsafe class ShapeBinding
{
    private readonly Four[] _fours;
    private readonly Item[] _items;
    private readonly (int Position, int Metric)[] _ordered;

    private readonly ExpressionNode? _where;
    private readonly int[] _asked;
    private readonly double[] _answers;
    private readonly long _bucket;

    public ShapeBinding(MetricShape shape, VectorPlan plan, ReadOnlySpan<int> indexOfMetric)
    {
        var items = new List<Item>();
        var ordered = new List<(int, int)>();
        for (var position = 0; position < shape.Count; position++)
        {
            var metric = shape.Metrics[position];
            if ((uint)metric < (uint)indexOfMetric.Length && indexOfMetric[metric] is var index and not MetricNames.Unused)
            {
                items.Add(new Item(position, plan.Plans[index].At, plan.Plans[index].Stride, plan.Plans[index].Parts));
                if (plan.Plans[index].IsOrdered)
                {
                    ordered.Add((position, index));
                }
            }
        }

        IsEmpty = items.Count == 0;
        _fours = Vector256.IsHardwareAccelerated ? [.. TakeFours(items)] : [];
        _items = [.. items];
        _ordered = [.. ordered];
        _where = plan.Expressions.Where;
        _asked = [.. plan.Expressions.Metrics.Select(Encoding.UTF8.GetBytes).Select(name => Position(shape, name))];
        _answers = new double[_asked.Length];
        _bucket = plan.Definition.Bucket;
    }

    /// <summary>Whether the set has no use for such readings.</summary>
    public bool IsEmpty { get; }

    /// <summary>Takes a reading's values in.</summary>
    /// <param name="words">The bucket's.</param>
    /// <param name="values">In the shape's order.</param>
    /// <param name="time">Event time since the bucket's start, in milliseconds.</param>
    public void Add(double* words, ReadOnlySpan<double> values, uint time)
    {
        foreach (ref readonly var four in _fours.AsSpan())
        {
            var taken = Vector256.Create(values[four.First], values[four.Second], values[four.Third], values[four.Fourth]);
            if (!FourAccumulators.TryAdd(words + four.At, four.Stride, four.Parts, taken, time))
            {
                AddOneByOne(words, four, taken, time);
            }
        }

        foreach (ref readonly var item in _items.AsSpan())
        {
            Accumulator.Add(words + item.At, item.Stride, item.Parts, values[item.Position], time);
        }
    }

    /// <summary>Whether the set's choice of readings takes one of these values.</summary>
    public bool IsChosen(ReadOnlySpan<double> values, long start)
    {
        if (_where is null)
        {
            return true;
        }

        for (var i = 0; i < _asked.Length; i++)
        {
            _answers[i] = _asked[i] < 0 ? double.NaN : values[_asked[i]];
        }

        return _where.Compute(new ExpressionInput(_answers, start, start + _bucket)) is not (0 or double.NaN);
    }

    /// <summary>Keeps the values whose order counts.</summary>
    public void Keep(Bucket* bucket, ReadOnlySpan<double> values, uint time, OrderedReadings into)
    {
        foreach (var (position, metric) in _ordered)
        {
            into.Add(bucket, time, metric, values[position]);
        }
    }

    private static void AddOneByOne(double* words, in Four four, Vector256<double> values, uint time)
    {
        for (var i = 0; i < FourAccumulators.Count; i++)
        {
            Accumulator.Add(words + four.At + i, four.Stride, four.Parts, values[i], time);
        }
    }

    /// <summary>Takes out of some items those of metrics that lie side by side, four at a time. A metric that a shape names twice stays: its values come one after the other.</summary>
    private static List<Four> TakeFours(List<Item> items)
    {
        var fours = new List<Four>();
        var once = items
            .Where(item => (item.Parts & ~FourAccumulators.Supported) == 0)
            .GroupBy(item => item.At)
            .Where(same => same.Count() == 1)
            .Select(same => same.Single())
            .OrderBy(item => item.At)
            .ToArray();
        for (var i = 0; i + FourAccumulators.Count <= once.Length;)
        {
            var four = once.AsSpan(i, FourAccumulators.Count);
            if (four[^1].At - four[0].At != FourAccumulators.Count - 1 || four[^1].Stride != four[0].Stride || four[^1].Parts != four[0].Parts)
            {
                i++;
                continue;
            }

            fours.Add(new Four(four[0].At, four[0].Stride, four[0].Parts, four[0].Position, four[1].Position, four[2].Position, four[3].Position));
            foreach (ref readonly var item in four)
            {
                items.Remove(item);
            }

            i += FourAccumulators.Count;
        }

        return fours;
    }

    /// <summary>Where a metric stands in a shape, the last where it stands there twice; -1 where it does not.</summary>
    private static int Position(MetricShape shape, ReadOnlySpan<byte> name)
    {
        var position = shape.Count - 1;
        while (position >= 0 && !shape.Is(position, name))
        {
            position--;
        }

        return position;
    }

    private readonly record struct Item(int Position, int At, int Stride, MetricParts Parts);

    private readonly record struct Four(int At, int Stride, MetricParts Parts, int First, int Second, int Third, int Fourth);
}
