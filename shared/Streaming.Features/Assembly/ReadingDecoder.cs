using Streaming.Contracts;

namespace Streaming.Features.Assembly;

/// <summary>Makes readings out of the views of their records.</summary>
internal sealed class ReadingDecoder(MetricNames metrics)
{
    private readonly IdentityBuffer _identity = new();
    private double[] _values = new double[256];
    private int[] _metrics = new int[256];

    /// <summary>The shapes seen.</summary>
    public MetricShapes Shapes { get; } = new(metrics);

    /// <summary>Decodes a reading; what it gives is valid until the next one.</summary>
    public Reading Decode(scoped in IngestedReadingView view, ReadOnlySpan<byte> entityId, ReadOnlySpan<byte> body, long arrival, long offset)
    {
        ref readonly var reading = ref view.Reading;
        var count = reading.Metrics.Count;
        if (count > _values.Length)
        {
            _values = new double[count];
            _metrics = new int[count];
        }

        var values = _values.AsSpan(0, count);
        ReadOnlySpan<int> numbers;
        if (Shapes.Find(reading.Metrics, values) is { } shape)
        {
            numbers = shape.Metrics;
            if (!reading.HasSequence)
            {
                ReadingIdentity.WriteByFields(_identity, reading, shape.Set, shape.Order, values);
            }
        }
        else
        {
            numbers = DecodeByName(reading);
        }

        if (reading.HasSequence)
        {
            ReadingIdentity.WriteBySequence(_identity, reading);
        }

        return new Reading
        {
            Offset = offset,
            Arrival = arrival,
            EventTime = reading.EventTime,
            Scope = reading.Scope,
            EntityId = entityId,
            Metrics = numbers,
            Values = values,
            Identity = _identity.Written,
            Body = body,
        };
    }

    private ReadOnlySpan<int> DecodeByName(scoped in SensorReadingView reading)
    {
        var names = new List<byte[]>(reading.Metrics.Count);
        foreach (var (name, _) in reading.Metrics)
        {
            _metrics[names.Count] = metrics.Find(name);
            names.Add(name.ToArray());
        }

        var order = Enumerable.Range(0, names.Count).ToArray();
        Array.Sort(order, (left, right) => names[left].AsSpan().SequenceCompareTo(names[right]) is not 0 and var byName ? byName : left.CompareTo(right));
        var set = Shapes.SetOf([.. order.Select(position => names[position])]);
        if (set >= 0)
        {
            ReadingIdentity.WriteByFields(_identity, reading, set, order, _values);
        }
        else
        {
            ReadingIdentity.WriteByNamedFields(_identity, reading, names, order, _values);
        }

        return _metrics.AsSpan(0, names.Count);
    }
}
