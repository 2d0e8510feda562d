using System.Buffers.Binary;

namespace Streaming.Pipes;

/// <summary>
/// The headers of a record, packed: for each, the name's length (4 bytes, little-endian), the name in UTF-8, the value's length, the value.
/// A value's length of -1 stands for null.
/// </summary>
public readonly ref struct RecordHeaders
{
    private readonly ReadOnlySpan<byte> _packed;

    /// <summary>Headers over their packed form.</summary>
    /// <param name="packed">What <see cref="Append"/> wrote, any number of times in a row.</param>
    public RecordHeaders(ReadOnlySpan<byte> packed) => _packed = packed;

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _packed.IsEmpty;

    /// <summary>The packed form.</summary>
    public ReadOnlySpan<byte> Packed => _packed;

    /// <summary>Bytes that <see cref="Append"/> needs for one header.</summary>
    public static int PackedLength(int nameLength, int valueLength) => 8 + nameLength + Math.Max(0, valueLength);

    /// <summary>Writes one header in packed form.</summary>
    /// <returns>The bytes written.</returns>
    public static int Append(Span<byte> into, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool hasValue = true)
    {
        BinaryPrimitives.WriteInt32LittleEndian(into, name.Length);
        name.CopyTo(into[4..]);
        BinaryPrimitives.WriteInt32LittleEndian(into[(4 + name.Length)..], hasValue ? value.Length : -1);
        value.CopyTo(into[(8 + name.Length)..]);
        return PackedLength(name.Length, value.Length);
    }

    /// <summary>The last value under a name.</summary>
    /// <returns>Whether there is one that is not null.</returns>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var found = false;
        value = default;
        foreach (var header in this)
        {
            if (header.HasValue && header.Name.SequenceEqual(name))
            {
                value = header.Value;
                found = true;
            }
        }

        return found;
    }

    /// <summary>One after another, in the record's order.</summary>
    public Enumerator GetEnumerator() => new(_packed);

    /// <summary>Walks over packed headers.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;

        internal Enumerator(ReadOnlySpan<byte> packed)
        {
            _rest = packed;
            Current = default;
        }

        /// <summary>The header that the walk stands at.</summary>
        public RecordHeader Current { get; private set; }

        /// <summary>Goes on to the next header.</summary>
        /// <returns>Whether there was one.</returns>
        public bool MoveNext()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            var nameLength = BinaryPrimitives.ReadInt32LittleEndian(_rest);
            var name = _rest.Slice(4, nameLength);
            var valueLength = BinaryPrimitives.ReadInt32LittleEndian(_rest[(4 + nameLength)..]);
            var value = _rest.Slice(8 + nameLength, Math.Max(0, valueLength));
            Current = new RecordHeader(name, value, valueLength >= 0);
            _rest = _rest[PackedLength(nameLength, valueLength)..];
            return true;
        }
    }
}

/// <summary>One header of a record.</summary>
public readonly ref struct RecordHeader
{
    internal RecordHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool hasValue)
    {
        Name = name;
        Value = value;
        HasValue = hasValue;
    }

    /// <summary>The name, UTF-8.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The value; empty where it is null.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Whether the value is not null.</summary>
    public bool HasValue { get; }
}
