using Streaming.Avro;

namespace Streaming.Features.Assembly;

/// <summary>
/// The shapes of readings: most readings name the same metrics in the same order as one before. Shapes are never forgotten; beyond a bound no
/// more are taken in, and readings of other shapes are handled name by name.
/// </summary>
internal sealed class MetricShapes(MetricNames metrics, int maxShapes = 4096)
{
    private readonly Dictionary<string, int> _setIndex = new(StringComparer.Ordinal);
    private readonly List<byte[][]> _sets = [];
    private readonly Dictionary<ulong, List<MetricShape>> _byHash = [];
    private MetricShape? _last;
    private int _count;

    /// <summary>The shape of some metrics; their values go where they are asked for.</summary>
    /// <param name="map">The metrics.</param>
    /// <param name="values">Takes the values in the order of the bytes; at least as long as the map.</param>
    /// <returns>The shape; where there is no room for another one, one that is not kept.</returns>
    public MetricShape Find(scoped in AvroDoubleMap map, Span<double> values)
    {
        if (_last is { } last && last.Encoded.TryRead(map.Encoded, values))
        {
            return last;
        }

        return FindOther(map, values);
    }

    /// <summary>The names of a set, in their order.</summary>
    public IReadOnlyList<byte[]> Names(int set) => _sets[set];

    /// <summary>The number of some names in their order; -1 where there is no room for more.</summary>
    public int SetOf(IReadOnlyList<byte[]> sortedNames)
    {
        var text = string.Join(' ', sortedNames.Select(Convert.ToHexString));
        if (_setIndex.TryGetValue(text, out var set))
        {
            return set;
        }

        if (_sets.Count == maxShapes)
        {
            return -1;
        }

        _setIndex.Add(text, _sets.Count);
        _sets.Add([.. sortedNames]);
        return _sets.Count - 1;
    }

    private MetricShape FindOther(scoped in AvroDoubleMap map, Span<double> values)
    {
        var hash = (ulong)map.Count;
        var i = 0;
        foreach (var (name, value) in map)
        {
            hash = Hash.Combine(hash, Hash.Salted(name));
            values[i++] = value;
        }

        if (_byHash.TryGetValue(hash, out var shapes))
        {
            foreach (var shape in shapes)
            {
                if (IsOf(shape, map))
                {
                    return _last = shape;
                }
            }
        }

        return _last = Add(hash, map);
    }

    private static bool IsOf(MetricShape shape, scoped in AvroDoubleMap map)
    {
        if (shape.Count != map.Count)
        {
            return false;
        }

        var i = 0;
        foreach (var (name, _) in map)
        {
            if (!shape.Is(i++, name))
            {
                return false;
            }
        }

        return true;
    }

    private MetricShape Add(ulong hash, scoped in AvroDoubleMap map)
    {
        var names = new List<byte[]>();
        foreach (var (name, _) in map)
        {
            names.Add(name.ToArray());
        }

        var order = Enumerable.Range(0, names.Count).ToArray();
        Array.Sort(order, (left, right) => names[left].AsSpan().SequenceCompareTo(names[right]) is not 0 and var byName ? byName : left.CompareTo(right));
        var sorted = order.Select(position => names[position]).ToList();
        var set = SetOf(sorted);
        var isKept = set >= 0 && _count < maxShapes;
        var shape = new MetricShape(names, [.. names.Select(name => metrics.Find(name))], order, set, isKept ? _count : -1, new EncodedShape(map));
        if (!isKept)
        {
            return shape;
        }

        _count++;
        if (!_byHash.TryGetValue(hash, out var shapes))
        {
            _byHash.Add(hash, shapes = []);
        }

        shapes.Add(shape);
        return shape;
    }
}
