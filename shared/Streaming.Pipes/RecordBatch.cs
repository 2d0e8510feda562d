using System.Runtime.InteropServices;

namespace Streaming.Pipes;

/// <summary>Records of one partition, in the order of their offsets. Made once, filled and cleared again and again.</summary>
public sealed unsafe class RecordBatch
{
    private readonly PinnedArena _arena = new();
    private RecordEntry[] _entries = new RecordEntry[256];
    private int[] _withHeaders = [];
    private int _withHeadersCount;

    /// <summary>The input topic, as its position in <see cref="FilterTopics.Inputs"/>.</summary>
    public int Topic { get; private set; }

    /// <summary>The partition of that topic.</summary>
    public int Partition { get; private set; }

    /// <summary>How many records there are.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of all keys, values and headers.</summary>
    public long Bytes { get; private set; }

    /// <summary>The positions of the records that have headers, in order.</summary>
    public ReadOnlySpan<int> WithHeaders => _withHeaders.AsSpan(0, _withHeadersCount);

    /// <summary>The record at a position from 0 to <see cref="Count"/> - 1.</summary>
    public Record this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return new Record(in _entries[index]);
        }
    }

    /// <summary>Empties the batch and says where the next records come from.</summary>
    public void Start(int topic, int partition)
    {
        Clear();
        Topic = topic;
        Partition = partition;
    }

    /// <summary>Empties the batch: every view into it is invalid from then on.</summary>
    public void Clear()
    {
        _arena.Clear();
        _withHeadersCount = 0;
        Count = 0;
        Bytes = 0;
    }

    /// <summary>Copies a record in.</summary>
    /// <param name="offset">Greater than the last one's.</param>
    /// <param name="appendTime">Milliseconds since 1970, or -1 where the broker does not stamp append times.</param>
    /// <param name="key">The key's bytes.</param>
    /// <param name="hasKey">Whether the key is not null.</param>
    /// <param name="value">The value's bytes.</param>
    /// <param name="hasValue">Whether the value is not null.</param>
    /// <param name="headers">The headers, or none.</param>
    public void Add(long offset, long appendTime, ReadOnlySpan<byte> key, bool hasKey, ReadOnlySpan<byte> value, bool hasValue, RecordHeaders headers = default)
    {
        ref var entry = ref Next();
        entry.Offset = offset;
        entry.AppendTime = appendTime;
        entry.Key = _arena.Store(key);
        entry.KeyLength = hasKey ? key.Length : -1;
        entry.Value = _arena.Store(value);
        entry.ValueLength = hasValue ? value.Length : -1;
        SetHeaders(ref entry, headers);
        Bytes += key.Length + value.Length + headers.Packed.Length;
    }

    /// <summary>Adds a record without a copy: the memory must stay where it is, unchanged, until the batch is cleared.</summary>
    /// <param name="offset">Greater than the last one's.</param>
    /// <param name="appendTime">Milliseconds since 1970, or -1 where the broker does not stamp append times.</param>
    /// <param name="key">The key's first byte.</param>
    /// <param name="keyLength">The key's length; -1 for a null key.</param>
    /// <param name="value">The value's first byte.</param>
    /// <param name="valueLength">The value's length; -1 for a null value.</param>
    /// <param name="headers">The headers, copied.</param>
    public void AddInPlace(long offset, long appendTime, byte* key, int keyLength, byte* value, int valueLength, RecordHeaders headers = default)
    {
        ref var entry = ref Next();
        entry.Offset = offset;
        entry.AppendTime = appendTime;
        entry.Key = key;
        entry.KeyLength = keyLength;
        entry.Value = value;
        entry.ValueLength = valueLength;
        SetHeaders(ref entry, headers);
        Bytes += Math.Max(0, keyLength) + Math.Max(0, valueLength) + headers.Packed.Length;
    }

    /// <summary>Takes away every record from a position on.</summary>
    public void Truncate(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)Count, nameof(count));
        foreach (ref readonly var entry in _entries.AsSpan(count, Count - count))
        {
            Bytes -= Math.Max(0, entry.KeyLength) + Math.Max(0, entry.ValueLength) + entry.HeadersLength;
        }

        Count = count;
        while (_withHeadersCount > 0 && _withHeaders[_withHeadersCount - 1] >= count)
        {
            _withHeadersCount--;
        }
    }

    /// <summary>The position of the first record at an offset or after it; <see cref="Count"/> where there is none.</summary>
    public int Find(long offset)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _entries[middle].Offset < offset ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private void SetHeaders(ref RecordEntry entry, RecordHeaders headers)
    {
        entry.Headers = _arena.Store(headers.Packed);
        entry.HeadersLength = headers.Packed.Length;
        if (entry.HeadersLength > 0)
        {
            if (_withHeadersCount == _withHeaders.Length)
            {
                Array.Resize(ref _withHeaders, Math.Max(16, 2 * _withHeadersCount));
            }

            _withHeaders[_withHeadersCount++] = Count - 1;
        }
    }

    private ref RecordEntry Next()
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        return ref _entries[Count++];
    }
}
