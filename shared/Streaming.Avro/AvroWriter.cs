using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Streaming.Avro;

/// <summary>Writes Avro's binary encoding into a buffer. Keeps nothing itself: what is written is in the buffer at once.</summary>
public readonly ref struct AvroWriter
{
    private readonly AvroBuffer _buffer;

    /// <summary>A writer that appends to a buffer.</summary>
    public AvroWriter(AvroBuffer buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        _buffer = buffer;
    }

    /// <summary>How many bytes the buffer holds.</summary>
    public int Position => _buffer.Length;

    /// <summary>Writes a boolean.</summary>
    public void WriteBoolean(bool value) => _buffer.Take(1)[0] = value ? (byte)1 : (byte)0;

    /// <summary>Writes an int.</summary>
    public void WriteInt(int value) => WriteVarint((uint)((value << 1) ^ (value >> 31)));

    /// <summary>Writes a long.</summary>
    public void WriteLong(long value) => WriteVarint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Writes a float, every bit of it.</summary>
    public void WriteFloat(float value) => BinaryPrimitives.WriteSingleLittleEndian(_buffer.Take(4), value);

    /// <summary>Writes a double, every bit of it.</summary>
    public void WriteDouble(double value) => BinaryPrimitives.WriteDoubleLittleEndian(_buffer.Take(8), value);

    /// <summary>Writes bytes with their length before them.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteInt(value.Length);
        value.CopyTo(_buffer.Take(value.Length));
    }

    /// <summary>Writes a string that is UTF-8 already. It is not checked here.</summary>
    public void WriteUtf8(ReadOnlySpan<byte> value) => WriteBytes(value);

    /// <summary>Writes a string. Half a surrogate pair becomes U+FFFD, as always in .NET.</summary>
    public void WriteString(ReadOnlySpan<char> value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        WriteInt(length);
        Encoding.UTF8.GetBytes(value, _buffer.Take(length));
    }

    /// <summary>Writes an enum's symbol as its position.</summary>
    /// <param name="index">The position.</param>
    /// <param name="symbols">How many symbols there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such symbol.</exception>
    public void WriteEnum(int index, int symbols)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)symbols, nameof(index));
        WriteInt(index);
    }

    /// <summary>Writes which branch of a union follows.</summary>
    public void WriteBranch(int branch) => WriteInt(branch);

    /// <summary>Begins a block of an array or map; nothing for an empty one. <see cref="WriteEnd"/> must follow the last item.</summary>
    public void WriteBlock(int count)
    {
        if (count > 0)
        {
            WriteInt(count);
        }
    }

    /// <summary>Ends an array or map.</summary>
    public void WriteEnd() => _buffer.Take(1)[0] = 0;

    /// <summary>Writes a whole array of doubles.</summary>
    public void WriteDoubles(ReadOnlySpan<double> values)
    {
        WriteBlock(values.Length);
        var place = _buffer.Take(values.Length * sizeof(double));
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(place[(i * sizeof(double))..], values[i]);
        }

        WriteEnd();
    }

    /// <summary>Writes a whole array of ints.</summary>
    public void WriteInts(ReadOnlySpan<int> values)
    {
        WriteBlock(values.Length);
        foreach (var value in values)
        {
            WriteInt(value);
        }

        WriteEnd();
    }

    /// <summary>Writes a whole array of longs.</summary>
    public void WriteLongs(ReadOnlySpan<long> values)
    {
        WriteBlock(values.Length);
        foreach (var value in values)
        {
            WriteLong(value);
        }

        WriteEnd();
    }

    /// <summary>Copies bytes that are encoded already.</summary>
    public void WriteRaw(ReadOnlySpan<byte> encoded) => encoded.CopyTo(_buffer.Take(encoded.Length));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void WriteVarint(ulong value)
    {
        if (value < 0x80)
        {
            _buffer.Take(1)[0] = (byte)value;
        }
        else
        {
            WriteLongVarint(value);
        }
    }

    private void WriteLongVarint(ulong value)
    {
        var length = (70 - System.Numerics.BitOperations.LeadingZeroCount(value)) / 7;
        var place = _buffer.Take(length);
        for (var i = 0; i < place.Length - 1; i++)
        {
            place[i] = (byte)(value | 0x80);
            value >>= 7;
        }

        place[^1] = (byte)value;
    }
}
