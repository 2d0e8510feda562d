using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Kafka.TestHost;

/// <summary>
/// Counts the records of each key and chains their values into a hash, so that one record lost, doubled or out of order changes everything that
/// follows; drops a record whose value equals the key's last (a duplicate), and refuses what begins with "bad". Forgets a key at "forget".
/// </summary>
public sealed class CountingFilter : IStatefulFilter
{
    private const long HashBasis = 1469598103934665603;
    private readonly Dictionary<int, PartitionCounts> _partitions = [];
    private readonly List<Action> _undo = [];
    private readonly List<Action> _afterCommit = [];

    public void Process(RecordBatch batch, OutputBatch output) => Run(batch, output);

    public void Replay(RecordBatch batch) => Run(batch, output: null);

    public void Open(int partition) => _partitions.Add(partition, new PartitionCounts());

    public void Close(int partition) => _partitions.Remove(partition);

    public void Load(int partition, ReadOnlySpan<byte> key, long offset, ReadOnlySpan<byte> blob)
    {
        var counts = _partitions[partition];
        if (key.IsEmpty)
        {
            counts.Total = BinaryPrimitives.ReadInt64LittleEndian(blob);
            counts.TotalOffset = offset;
            return;
        }

        counts.Keys[Encoding.UTF8.GetString(key)] = new KeyCount(
            BinaryPrimitives.ReadInt64LittleEndian(blob), BinaryPrimitives.ReadInt64LittleEndian(blob[8..]), Encoding.UTF8.GetString(blob[16..]), offset);
    }

    public void WriteCounters(int partition, IBufferWriter<byte> into)
    {
        var counts = _partitions[partition];
        var sum = counts.Keys.Values.Aggregate(0L, (sum, key) => sum + key.Hash);
        BinaryPrimitives.WriteInt64LittleEndian(into.GetSpan(24), counts.Total);
        BinaryPrimitives.WriteInt64LittleEndian(into.GetSpan(24)[8..], sum);
        BinaryPrimitives.WriteInt64LittleEndian(into.GetSpan(24)[16..], counts.Keys.Count);
        into.Advance(24);
    }

    public void Checkpoint(int partition, long nextOffset, ICheckpointWriter into)
    {
        var counts = _partitions[partition];
        Span<byte> blob = stackalloc byte[1024];
        foreach (var key in counts.Dirty)
        {
            if (counts.Keys.TryGetValue(key, out var count))
            {
                BinaryPrimitives.WriteInt64LittleEndian(blob, count.Count);
                BinaryPrimitives.WriteInt64LittleEndian(blob[8..], count.Hash);
                var length = Encoding.UTF8.GetBytes(count.Last, blob[16..]);
                into.Put(Encoding.UTF8.GetBytes(key), blob[..(16 + length)]);
            }
            else
            {
                into.Remove(Encoding.UTF8.GetBytes(key));
            }
        }

        BinaryPrimitives.WriteInt64LittleEndian(blob, counts.Total);
        into.Put(default, blob[..8]);
        _afterCommit.Add(counts.Dirty.Clear);
    }

    public void Commit()
    {
        _afterCommit.ForEach(action => action());
        _afterCommit.Clear();
        _undo.Clear();
    }

    public void Rollback()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
        {
            _undo[i]();
        }

        _undo.Clear();
        _afterCommit.Clear();
    }

    /// <summary>A partition's state as text, keys in order; null where the filter does not have the partition.</summary>
    public string? Dump(int partition) => _partitions.TryGetValue(partition, out var counts)
        ? string.Join('\n', counts.Keys.OrderBy(key => key.Key, StringComparer.Ordinal).Select(key => $"{key.Key}={key.Value.Count}:{key.Value.Hash:x}:{key.Value.Last}"))
        : null;

    /// <summary>What the output says after a key's n-th record.</summary>
    public static string Answer(long count, long hash) => string.Create(CultureInfo.InvariantCulture, $"{count}:{hash:x}");

    /// <summary>The hash after one more value.</summary>
    public static long Chain(long hash, string value)
    {
        foreach (var letter in value)
        {
            hash = (hash ^ letter) * 1099511628211;
        }

        return hash;
    }

    /// <summary>The outputs that a log gives, computed plainly: for each key in the order of its first record, its answers in order.</summary>
    public static Dictionary<string, List<string>> Expected(IEnumerable<(string Key, string Value)> log)
    {
        var answers = new Dictionary<string, List<string>>();
        var state = new Dictionary<string, (long Count, long Hash, string Last)>();
        foreach (var (key, value) in log)
        {
            if (value.StartsWith("bad", StringComparison.Ordinal))
            {
                continue;
            }

            if (value == "forget")
            {
                state.Remove(key);
                continue;
            }

            var (count, hash, last) = state.GetValueOrDefault(key, (0, HashBasis, ""));
            if (value == last)
            {
                continue;
            }

            state[key] = (count + 1, Chain(hash, value), value);
            if (!answers.TryGetValue(key, out var list))
            {
                answers[key] = list = [];
            }

            list.Add(Answer(count + 1, state[key].Hash));
        }

        return answers;
    }

    private void Run(RecordBatch batch, OutputBatch? output)
    {
        var counts = _partitions[batch.Partition];
        for (var i = 0; i < batch.Count; i++)
        {
            var record = batch[i];
            var key = Encoding.UTF8.GetString(record.Key);
            var value = Encoding.UTF8.GetString(record.Value);
            if (output is null && record.Offset < counts.TotalOffset)
            {
                continue;
            }

            var total = counts.Total;
            _undo.Add(() => counts.Total = total);
            counts.Total++;
            if (value.StartsWith("bad", StringComparison.Ordinal))
            {
                output?.Refuse(batch, i, DeadLetterReason.Malformed, "begins with 'bad'", key);
                continue;
            }

            var known = counts.Keys.TryGetValue(key, out var old);
            if (output is null && known && record.Offset < old!.Offset)
            {
                continue;
            }

            if (value == "forget")
            {
                if (known)
                {
                    Change(counts, key, old, null);
                }

                continue;
            }

            old ??= new KeyCount(0, HashBasis, "", 0);
            if (value == old.Last)
            {
                continue;
            }

            var next = new KeyCount(old.Count + 1, Chain(old.Hash, value), value, 0);
            Change(counts, key, known ? old : null, next);
            output?.Add(0, OutputBatch.ByKey, record.Key, Encoding.UTF8.GetBytes(Answer(next.Count, next.Hash)));
        }
    }

    private void Change(PartitionCounts counts, string key, KeyCount? old, KeyCount? next)
    {
        var wasDirty = !counts.Dirty.Add(key);
        Set(counts, key, next);
        _undo.Add(() =>
        {
            Set(counts, key, old);
            if (!wasDirty)
            {
                counts.Dirty.Remove(key);
            }
        });
    }

    private static void Set(PartitionCounts counts, string key, KeyCount? value)
    {
        if (value is null)
        {
            counts.Keys.Remove(key);
        }
        else
        {
            counts.Keys[key] = value;
        }
    }

    private sealed record KeyCount(long Count, long Hash, string Last, long Offset);

    private sealed class PartitionCounts
    {
        public Dictionary<string, KeyCount> Keys { get; } = [];

        public HashSet<string> Dirty { get; } = [];

        public long Total { get; set; }

        public long TotalOffset { get; set; }
    }
}
