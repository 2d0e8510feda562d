using Streaming.Avro;
using Streaming.Pipes;

namespace Streaming.Ingest;

/// <summary>Finds a name that a map holds twice. Kept and used again, so that it allocates nothing per map.</summary>
internal sealed class NameSet
{
    private const int PairwiseUpTo = 8;

    private int[] _slots = [];
    private (int Start, int Length)[] _names = [];

    /// <summary>The first name that stands twice; empty where none does.</summary>
    public ReadOnlySpan<byte> FindRepeated(in AvroDoubleMap map) => map.Count <= PairwiseUpTo ? FindPairwise(map) : FindHashed(map);

    private static ReadOnlySpan<byte> FindPairwise(in AvroDoubleMap map)
    {
        var index = 0;
        foreach (var (name, _) in map)
        {
            var before = index++;
            foreach (var (earlier, _) in map)
            {
                if (before-- == 0)
                {
                    break;
                }

                if (earlier.SequenceEqual(name))
                {
                    return name;
                }
            }
        }

        return default;
    }

    private ReadOnlySpan<byte> FindHashed(in AvroDoubleMap map)
    {
        var capacity = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)map.Count * 2);
        if (_slots.Length < capacity)
        {
            _slots = new int[capacity];
            _names = new (int, int)[capacity];
        }

        var slots = _slots.AsSpan(0, capacity);
        slots.Clear();
        var count = 0;
        foreach (var (name, _) in map)
        {
            map.Encoded.Overlaps(name, out var start);
            var slot = (int)(Murmur2.Hash(name) & (uint)(capacity - 1));
            for (; slots[slot] != 0; slot = (slot + 1) & (capacity - 1))
            {
                var (otherStart, otherLength) = _names[slots[slot] - 1];
                if (map.Encoded.Slice(otherStart, otherLength).SequenceEqual(name))
                {
                    return name;
                }
            }

            _names[count] = (start, name.Length);
            slots[slot] = ++count;
        }

        return default;
    }
}
