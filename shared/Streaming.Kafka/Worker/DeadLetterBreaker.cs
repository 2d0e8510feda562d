using System.Numerics;
using System.Text;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>
/// Says when too large a share of the entities of a minute has been refused, so that a bad deployment cannot drain a topic. It counts entities,
/// not records: one bad entity may send at any rate. It costs nothing until something is refused.
/// </summary>
/// <remarks>
/// A refused record is its entity's where that could be read, else its key's; those with neither are all nobody's, who counts once: whoever
/// sends bytes without a key that nobody can read is one sender for all that is known. Entities seen are the keys of what came in and of what
/// came of it, since devices may use any key or none. Different names are counted by the bits that they set in a map of 65,536 (linear counting:
/// within 1 % up to some 50,000 entities, beyond that both counts saturate alike).
/// </remarks>
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

    /// <summary>Counts what a transaction takes in and gives.</summary>
    /// <returns>Whether to stop rather than commit it.</returns>
    public bool Trips(DateTimeOffset now, IReadOnlyList<RecordBatch> batches, OutputBatch outputs)
    {
        if (now >= _until)
        {
            _counting = false;
        }

        if (!_counting && outputs.Refusals.Count == 0)
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
                Mark(_seen, batch[i].Key);
            }
        }

        for (var i = 0; i < outputs.Count; i++)
        {
            Mark(_seen, outputs[i].Record.Key);
        }

        foreach (var refusal in outputs.Refusals)
        {
            if (refusal.EntityId is { } entity && refusal.Reason != DeadLetterReason.InvalidEntity)
            {
                Mark(_refused, Encoding.UTF8.GetBytes(entity));
            }
            else
            {
                Mark(_refused, refusal.Batch[refusal.Index].Key);
            }
        }

        for (var i = 0; i < _seen.Length; i++)
        {
            _seen[i] |= _refused[i];
        }

        Counts = (Count(_refused), Count(_seen));
        return share < 1 && Counts.Refused >= minimum && Counts.Refused > share * Counts.Seen;
    }

    private static void Mark(ulong[] map, ReadOnlySpan<byte> name)
    {
        var hash = Murmur2.Hash(name);
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
