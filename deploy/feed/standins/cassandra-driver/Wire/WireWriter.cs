using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Cassandra.Wire;

/// <summary>A growing buffer with the protocol's notations. Not safe for several threads.</summary>
internal sealed class WireWriter
{
    private const int Initial = 16 << 10;

    // A buffer that one large request has grown beyond this is given back when it has been sent.
    private const int Kept = 1 << 20;
    private byte[] _bytes = new byte[Initial];

    /// <summary>How much has been written; may be set back.</summary>
    public int Position { get; set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Position);

    /// <summary>The buffer up to <see cref="Position"/>; valid until the next write.</summary>
    public Span<byte> Span => _bytes.AsSpan(0, Position);

    public void Clear()
    {
        Position = 0;
        if (_bytes.Length > Kept)
        {
            _bytes = new byte[Initial];
        }
    }

    /// <summary>Room for bytes that the caller fills.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Take(int count)
    {
        if (_bytes.Length - Position < count)
        {
            Grow(count);
        }

        var taken = _bytes.AsSpan(Position, count);
        Position += count;
        return taken;
    }

    public void Byte(byte value) => Take(1)[0] = value;

    public void Short(int value) => BinaryPrimitives.WriteUInt16BigEndian(Take(2), checked((ushort)value));

    public void Int(int value) => BinaryPrimitives.WriteInt32BigEndian(Take(4), value);

    public void Long(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(8), value);

    public void Raw(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    public void ShortBytes(ReadOnlySpan<byte> value)
    {
        Short(value.Length);
        Raw(value);
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Int(value.Length);
        Raw(value);
    }

    public void String(string value)
    {
        var at = Position;
        Take(2);
        var length = Text(value);
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(at), checked((ushort)length));
    }

    public void LongString(string value)
    {
        var at = Position;
        Take(4);
        PatchInt(at, Text(value));
    }

    public void PatchInt(int at, int value) => BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(at), value);

    /// <summary>Moves what lies behind <paramref name="at"/> back by <paramref name="count"/> bytes, which the caller fills.</summary>
    public Span<byte> Insert(int at, int count)
    {
        var behind = Position - at;
        Take(count);
        Buffer.BlockCopy(_bytes, at, _bytes, at + count, behind);
        return _bytes.AsSpan(at, count);
    }

    /// <summary>UTF-8 without a length.</summary>
    /// <returns>The number of bytes.</returns>
    public int Text(string value)
    {
        var room = Take(Encoding.UTF8.GetMaxByteCount(value.Length));
        var length = Encoding.UTF8.GetBytes(value, room);
        Position -= room.Length - length;
        return length;
    }

    private void Grow(int count)
    {
        var size = Math.Max(_bytes.LongLength * 2, (long)Position + count);
        Array.Resize(ref _bytes, checked((int)Math.Min(size, Math.Max(Array.MaxLength, (long)Position + count))));
    }
}
