using Streaming.Contracts;

namespace Streaming.Pipes;

/// <summary>What a filter gives: records for its output topics, and the input records that it refuses. Made once, filled and cleared again and again.</summary>
public sealed unsafe class OutputBatch
{
    /// <summary>Lets the key choose the partition, as Java clients do (murmur2).</summary>
    public const int ByKey = -1;

    private readonly PinnedArena _arena = new();
    private readonly List<Refusal> _refusals = [];
    private OutputEntry[] _entries = new OutputEntry[256];

    /// <summary>How many output records there are.</summary>
    public int Count { get; private set; }

    /// <summary>The output record at a position from 0 to <see cref="Count"/> - 1.</summary>
    public OutputRecord this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return new OutputRecord(in _entries[index]);
        }
    }

    /// <summary>The refused input records, in the order of their refusal.</summary>
    public IReadOnlyList<Refusal> Refusals => _refusals;

    /// <summary>Copies an output record in. Records of one partition are written in the order in which they are added.</summary>
    /// <param name="topic">Position in <see cref="FilterTopics.Outputs"/>.</param>
    /// <param name="partition">The target partition, or <see cref="ByKey"/>.</param>
    /// <param name="key">The key's bytes.</param>
    /// <param name="value">The value's bytes, framed.</param>
    /// <param name="headers">The headers, or none.</param>
    public void Add(int topic, int partition, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, RecordHeaders headers = default) =>
        Add(topic, partition, key, hasKey: true, value, hasValue: true, headers);

    /// <summary>Copies an output record in whose key or value may be null.</summary>
    public void Add(int topic, int partition, ReadOnlySpan<byte> key, bool hasKey, ReadOnlySpan<byte> value, bool hasValue, RecordHeaders headers = default)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        ref var entry = ref _entries[Count++];
        entry.Topic = topic;
        entry.Partition = partition;
        entry.Record.Key = _arena.Store(key);
        entry.Record.KeyLength = hasKey ? key.Length : -1;
        entry.Record.Value = _arena.Store(value);
        entry.Record.ValueLength = hasValue ? value.Length : -1;
        entry.Record.Headers = _arena.Store(headers.Packed);
        entry.Record.HeadersLength = headers.Packed.Length;
    }

    /// <summary>Refuses an input record: it becomes a dead letter with its original bytes, in the same transaction.</summary>
    /// <param name="batch">The batch that holds it; it must not be cleared before this output is.</param>
    /// <param name="index">Its position in the batch.</param>
    /// <param name="reason">The rule that it broke.</param>
    /// <param name="detail">The rule in words, with the value that broke it.</param>
    /// <param name="entityId">The entity, where it could be read.</param>
    public void Refuse(RecordBatch batch, int index, DeadLetterReason reason, string detail, string? entityId = null) =>
        _refusals.Add(new Refusal(batch, index, reason, detail, entityId));

    /// <summary>Empties the batch: every view into it is invalid from then on.</summary>
    public void Clear()
    {
        _arena.Clear();
        _refusals.Clear();
        Count = 0;
    }
}

/// <summary>An input record that a filter refused.</summary>
/// <param name="Batch">The batch that holds it.</param>
/// <param name="Index">Its position in the batch.</param>
/// <param name="Reason">The rule that it broke.</param>
/// <param name="Detail">The rule in words, with the value that broke it.</param>
/// <param name="EntityId">The entity, where it could be read.</param>
public readonly record struct Refusal(RecordBatch Batch, int Index, DeadLetterReason Reason, string Detail, string? EntityId);

internal struct OutputEntry
{
    public RecordEntry Record;
    public int Topic;
    public int Partition;
}

/// <summary>One output record, as a view into its batch's memory.</summary>
public readonly unsafe ref struct OutputRecord
{
    private readonly ref readonly OutputEntry _entry;

    internal OutputRecord(ref readonly OutputEntry entry) => _entry = ref entry;

    /// <summary>Position in <see cref="FilterTopics.Outputs"/>.</summary>
    public int Topic => _entry.Topic;

    /// <summary>The target partition, or <see cref="OutputBatch.ByKey"/>.</summary>
    public int Partition => _entry.Partition;

    /// <summary>Key, value and headers.</summary>
    public Record Record => new(in _entry.Record);
}
