namespace Streaming.Features.Assembly;

/// <summary>The names of a reading's metrics in the order of its bytes, seen before: what each is, without looking it up again.</summary>
internal sealed class MetricShape
{
    private readonly byte[] _names;
    private readonly int[] _ends;

    /// <summary>A shape of some names.</summary>
    /// <param name="names">In the order of a reading's bytes.</param>
    /// <param name="metrics">The number of each.</param>
    /// <param name="order">The positions in the names' own order.</param>
    /// <param name="set">The number of the names whatever their order; -1 where they have none.</param>
    /// <param name="number">The shape's own number; -1 where it is not kept.</param>
    /// <param name="encoded">The bytes of a map that has it.</param>
    public MetricShape(IReadOnlyList<byte[]> names, int[] metrics, int[] order, int set, int number, EncodedShape encoded)
    {
        Encoded = encoded;
        Number = number;
        Names = names;
        _names = [.. names.SelectMany(name => name)];
        _ends = new int[names.Count];
        var end = 0;
        for (var i = 0; i < _ends.Length; i++)
        {
            _ends[i] = end += names[i].Length;
        }

        Metrics = metrics;
        Order = order;
        Set = set;
    }

    /// <summary>The shape's own number; -1 where it is not kept.</summary>
    public int Number { get; }

    /// <summary>The bytes of a map that has it.</summary>
    public EncodedShape Encoded { get; }

    /// <summary>The names in the order of a reading's bytes.</summary>
    public IReadOnlyList<byte[]> Names { get; }

    /// <summary>How many metrics.</summary>
    public int Count => _ends.Length;

    /// <summary>The number of each metric.</summary>
    public int[] Metrics { get; }

    /// <summary>The positions of the metrics in the order of their names.</summary>
    public int[] Order { get; }

    /// <summary>The number of the names whatever their order.</summary>
    public int Set { get; }

    /// <summary>Whether the name at a position is this one.</summary>
    public bool Is(int position, ReadOnlySpan<byte> name)
    {
        var start = position == 0 ? 0 : _ends[position - 1];
        return name.SequenceEqual(_names.AsSpan(start, _ends[position] - start));
    }
}
