namespace Streaming.Pipes;

/// <summary>One record of a batch, as a view into the batch's memory: valid until the batch is cleared.</summary>
public readonly unsafe ref struct Record
{
    private readonly ref readonly RecordEntry _entry;

    internal Record(ref readonly RecordEntry entry) => _entry = ref entry;

    /// <summary>Offset in the partition.</summary>
    public long Offset => _entry.Offset;

    /// <summary>When the broker appended the record, in milliseconds since 1970; -1 where the broker does not stamp append times.</summary>
    public long AppendTime => _entry.AppendTime;

    /// <summary>Whether the record has a key; a null key is not an empty one.</summary>
    public bool HasKey => _entry.KeyLength >= 0;

    /// <summary>The key's bytes; empty where there is none.</summary>
    public ReadOnlySpan<byte> Key => _entry.KeyLength > 0 ? new(_entry.Key, _entry.KeyLength) : default;

    /// <summary>Whether the record has a value; a null value is not an empty one.</summary>
    public bool HasValue => _entry.ValueLength >= 0;

    /// <summary>The value's bytes; empty where there is none.</summary>
    public ReadOnlySpan<byte> Value => _entry.ValueLength > 0 ? new(_entry.Value, _entry.ValueLength) : default;

    /// <summary>The record's headers; empty where there are none.</summary>
    public RecordHeaders Headers => _entry.HeadersLength > 0 ? new(new ReadOnlySpan<byte>(_entry.Headers, _entry.HeadersLength)) : default;
}
