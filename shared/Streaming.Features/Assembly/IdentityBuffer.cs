using System.Buffers.Binary;

namespace Streaming.Features.Assembly;

/// <summary>Bytes that an identity is written into, again and again without allocation once it has grown.</summary>
internal sealed class IdentityBuffer
{
    private byte[] _bytes = new byte[256];
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Clear() => _length = 0;

    public void WriteByte(byte value) => Take(1)[0] = value;

    public void WriteLong(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);

    /// <summary>Every bit of it: 0 and -0 are two values.</summary>
    public void WriteDouble(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Take(sizeof(double)), value);

    /// <summary>A number in as few bytes as it needs: seven bits in each, the lowest first.</summary>
    public void WriteNumber(ulong value) => Advance(Numbers.Write(Reserve(Numbers.MaxBytes), value));

    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteNumber((ulong)value.Length);
        WriteRaw(value);
    }

    public void WriteRaw(ReadOnlySpan<byte> value) => value.CopyTo(Take(value.Length));

    private Span<byte> Take(int count)
    {
        var place = Reserve(count);
        Advance(count);
        return place[..count];
    }

    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_length + count, _bytes.Length * 2));
        }

        return _bytes.AsSpan(_length);
    }

    private void Advance(int count) => _length += count;
}
