namespace Streaming.Models.Onnx;

/// <summary>How a field's value is laid out.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>Walks over the fields of one protobuf message in place. It never throws for what the bytes hold; a fault ends the walk.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Number of the field that the walk stands at.</summary>
    public int Field { get; private set; }

    /// <summary>Layout of its value.</summary>
    public WireType WireType { get; private set; }

    /// <summary>Its value, for varints and fixed lengths.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its value, for what has a length of its own.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Whether the bytes are no message.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>Whether the walk stands at this field with a value that has a length of its own.</summary>
    public readonly bool IsBytes(int field) => Field == field && WireType == WireType.Bytes;

    /// <summary>Whether the walk stands at this field with a varint.</summary>
    public readonly bool IsVarint(int field) => Field == field && WireType == WireType.Varint;

    /// <summary>Goes on to the next field.</summary>
    /// <returns>Whether there is one.</returns>
    public bool Next()
    {
        if (_rest.IsEmpty || IsFaulty)
        {
            return false;
        }

        if (!TryVarint(out var tag) || tag >> 3 is 0 or > 0x1FFF_FFFF)
        {
            return Fault();
        }

        Field = (int)(tag >> 3);
        WireType = (WireType)(tag & 7);
        Bytes = default;
        Number = 0;
        switch (WireType)
        {
            case WireType.Varint:
                Number = TryVarint(out var number) ? number : FaultValue();
                return !IsFaulty;
            case WireType.Fixed64:
                return TryTake(8);
            case WireType.Fixed32:
                return TryTake(4);
            case WireType.Bytes:
                return (TryVarint(out var length) && length <= (ulong)_rest.Length && TryTake((int)length)) || Fault();
            default:
                return Fault(); // groups, which ONNX does not have, and numbers that protobuf does not
        }
    }

    /// <summary>Reads the varints of a packed value, one call each.</summary>
    public bool NextPacked(out ulong value)
    {
        value = 0;
        if (_rest.IsEmpty || IsFaulty)
        {
            return false;
        }

        return TryVarint(out value) || Fault();
    }

    private bool TryTake(int count)
    {
        if (_rest.Length < count)
        {
            return Fault();
        }

        Bytes = _rest[..count];
        _rest = _rest[count..];
        return true;
    }

    private bool TryVarint(out ulong value)
    {
        value = 0;
        for (var index = 0; index < 10 && index < _rest.Length; index++)
        {
            value |= (ulong)(_rest[index] & 0x7F) << (7 * index);
            if (_rest[index] < 0x80)
            {
                _rest = _rest[(index + 1)..];
                return true;
            }
        }

        return false;
    }

    private bool Fault()
    {
        IsFaulty = true;
        return false;
    }

    private ulong FaultValue()
    {
        IsFaulty = true;
        return 0;
    }
}
