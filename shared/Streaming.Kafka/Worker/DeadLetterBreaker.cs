using System.Numerics;
using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>
/// Says when too large a share of the entities of a minute has been refused, so that a bad deployment cannot drain a topic. It counts entities,
/// not records: one bad entity may send at any rate. It costs nothing until something is refused.
/// </summary>
/// <remarks>Different keys are counted by the bits that they set in a map of 65,536 (linear counting: within 1 % up to some 50,000 entities,
/// beyond that both counts saturate alike). Records without a key count as an entity each.</remarks>
internal sealed class DeadLetterBreaker(double share, int minimum)
{
    private const int Bits = 1 << 16;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ulong[] _seen = new ulong[Bits / 64];
    private readonly ulong[] _refused = new ulong[Bits / 64];
    private DateTimeOffset _until = DateTimeOffset.MinValue;
    private bool _counting;

    /// <summary>Entities refused and seen in this window, as last counted.</summary>
    public (double Refused, double Seen) Counts { get; private set; }

    /// <summary>Counts the records of one transaction.</summary>
    /// <returns>Whether to stop rather than commit them.</returns>
    public bool Trips(DateTimeOffset now, IReadOnlyList<RecordBatch> batches, IReadOnlyList<Refusal> refusals)
    {
        if (now >= _until)
        {
            _counting = false;
        }

        if (!_counting && refusals.Count == 0)
        {
            return false;
        }

        if (!_counting)
        {
            Array.Clear(_seen);
            Array.Clear(_refused);
            _until = now + Window;
            _counting = true;
        }

        foreach (var batch in batches)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                Mark(_seen, batch[i]);
            }
        }

        foreach (var refusal in refusals)
        {
            Mark(_refused, refusal.Batch[refusal.Index]);
        }

        Counts = (Count(_refused), Count(_seen));
        return share < 1 && Counts.Refused >= minimum && Counts.Refused > share * Counts.Seen;
    }

    private static void Mark(ulong[] map, in Record record)
    {
        var hash = record.Key.IsEmpty ? (uint)record.Offset * 0x9E3779B1u : Murmur2.Hash(record.Key);
        map[(hash >> 6) & (Bits / 64 - 1)] |= 1UL << (int)(hash & 63);
    }

    private static double Count(ulong[] map)
    {
        var set = 0;
        foreach (var word in map)
        {
            set += BitOperations.PopCount(word);
        }

        return set == 0 ? 0 : Bits * -Math.Log(Math.Max(1, Bits - set) / (double)Bits);
    }
}
