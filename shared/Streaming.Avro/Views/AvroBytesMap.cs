namespace Streaming.Avro;

/// <summary>A map of bytes in place. A name that was written twice comes twice.</summary>
public readonly ref struct AvroBytesMap
{
    /// <summary>Reads a map and checks all of it, so that going through it cannot fail.</summary>
    public AvroBytesMap(scoped ref AvroReader reader)
    {
        var start = reader.Position;
        var count = 0;
        for (int block; (block = reader.ReadBlock(count, 2)) > 0; count += block)
        {
            for (var left = block; left > 0 && reader.IsOk; left--)
            {
                reader.ReadUtf8();
                reader.ReadBytes();
            }
        }

        Count = count;
        Encoded = reader.Slice(start, reader.Position);
    }

    /// <summary>How many entries there are.</summary>
    public int Count { get; }

    /// <summary>The map's own bytes, to be copied as they are.</summary>
    public ReadOnlySpan<byte> Encoded { get; }

    /// <summary>Goes through the entries, in the order of their bytes.</summary>
    public AvroBytesMapEnumerator GetEnumerator() => new(Encoded);
}

/// <summary>A map of strings in place. A name that was written twice comes twice.</summary>
public readonly ref struct AvroUtf8Map
{
    /// <summary>Reads a map and checks all of it, so that going through it cannot fail.</summary>
    public AvroUtf8Map(scoped ref AvroReader reader)
    {
        var start = reader.Position;
        var count = 0;
        for (int block; (block = reader.ReadBlock(count, 2)) > 0; count += block)
        {
            for (var left = block; left > 0 && reader.IsOk; left--)
            {
                reader.ReadUtf8();
                reader.ReadUtf8();
            }
        }

        Count = count;
        Encoded = reader.Slice(start, reader.Position);
    }

    /// <summary>How many entries there are.</summary>
    public int Count { get; }

    /// <summary>The map's own bytes, to be copied as they are.</summary>
    public ReadOnlySpan<byte> Encoded { get; }

    /// <summary>Goes through the entries, in the order of their bytes.</summary>
    public AvroBytesMapEnumerator GetEnumerator() => new(Encoded);
}

/// <summary>One entry of a map of strings or bytes.</summary>
public readonly ref struct AvroBytesMapEntry
{
    internal AvroBytesMapEntry(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Name = name;
        Value = value;
    }

    /// <summary>The name, UTF-8.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The value; of a map of strings, UTF-8.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Takes the entry apart.</summary>
    public void Deconstruct(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = Name;
        value = Value;
    }
}

/// <summary>Goes through the entries of a map of strings or bytes.</summary>
public ref struct AvroBytesMapEnumerator
{
    private readonly ReadOnlySpan<byte> _encoded;
    private int _left;
    private int _next;
    private int _name;
    private int _nameLength;
    private int _value;

    internal AvroBytesMapEnumerator(ReadOnlySpan<byte> encoded) => _encoded = encoded;

    /// <summary>The entry.</summary>
    public readonly AvroBytesMapEntry Current => new(_encoded.Slice(_name, _nameLength), _encoded[_value.._next]);

    /// <summary>Goes to the next.</summary>
    public bool MoveNext()
    {
        if (_left == 0)
        {
            _left = CheckedItems.ReadCount(_encoded, _next, out _next);
            if (_left == 0)
            {
                return false;
            }
        }

        _left--;
        _nameLength = CheckedItems.ReadLength(_encoded, _next, out _name);
        var valueLength = CheckedItems.ReadLength(_encoded, _name + _nameLength, out _value);
        _next = _value + valueLength;
        return true;
    }
}
