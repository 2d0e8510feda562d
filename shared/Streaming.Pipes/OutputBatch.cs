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

    /// <summary>Of no input record in particular.</summary>
    public const int NoSource = -1;

    /// <summary>How many output records there are.</summary>
    public int Count { get; private set; }

    /// <summary>The position of the input record, in its batch, that the filter is working on: records added come of it, as far as anybody follows
    /// them. <see cref="NoSource"/> at first; never less than before within a batch.</summary>
    public int Source { get; set; } = NoSource;

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
        entry.Source = Source;
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

    /// <summary>The first output, at a position or after it, that comes of an input record or of a later one; <see cref="Count"/> where there is none.</summary>
    /// <param name="first">The first output of the input batch.</param>
    /// <param name="source">The position of the input record in its batch.</param>
    public int FindSource(int first, int source)
    {
        var (low, high) = (first, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _entries[middle].Source < source ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Adds a header to an output record, after those that it has.</summary>
    /// <param name="index">The record's position.</param>
    /// <param name="name">The header's name, UTF-8.</param>
    /// <param name="value">Its value.</param>
    public void AddHeader(int index, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        ref var record = ref _entries[index].Record;
        var before = record.HeadersLength > 0 ? new ReadOnlySpan<byte>(record.Headers, record.HeadersLength) : default;
        var all = new byte[before.Length + RecordHeaders.PackedLength(name.Length, value.Length)];
        before.CopyTo(all);
        RecordHeaders.Append(all.AsSpan(before.Length), name, value);
        record.Headers = _arena.Store(all);
        record.HeadersLength = all.Length;
    }

    /// <summary>Empties the batch: every view into it is invalid from then on.</summary>
    public void Clear()
    {
        _arena.Clear();
        _refusals.Clear();
        Count = 0;
        Source = NoSource;
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
    public int Source;
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

    /// <summary>The position of the input record that it comes of, or <see cref="OutputBatch.NoSource"/>.</summary>
    public int Source => _entry.Source;

    /// <summary>Key, value and headers.</summary>
    public Record Record => new(in _entry.Record);
}
