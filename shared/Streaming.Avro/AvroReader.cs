using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Streaming.Avro;

/// <summary>
/// Reads Avro's binary encoding in place. It never throws for what the bytes hold: the first fault is kept in <see cref="Status"/>, and every
/// later read gives nothing. Whoever loops over items asks <see cref="IsOk"/> in each round.
/// </summary>
public ref struct AvroReader
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _maxLength;
    private readonly int _maxItems;
    private int _itemsLeft;
    private int _position;
    private AvroStatus _status;

    /// <summary>A reader at the start of some bytes.</summary>
    public AvroReader(ReadOnlySpan<byte> bytes, in AvroLimits limits)
    {
        _bytes = bytes;
        _maxLength = limits.MaxLength;
        _maxItems = limits.MaxItems;
        _itemsLeft = limits.MaxTotalItems;
    }

    /// <summary>The first fault, or <see cref="AvroStatus.Ok"/>.</summary>
    public readonly AvroStatus Status => _status;

    /// <summary>Whether there was no fault so far.</summary>
    public readonly bool IsOk => _status == AvroStatus.Ok;

    /// <summary>Bytes read so far; after a fault, all of them.</summary>
    public readonly int Position => _position;

    /// <summary>Bytes not yet read.</summary>
    public readonly int Remaining => _bytes.Length - _position;

    /// <summary>Ends the reading.</summary>
    /// <returns>The status; <see cref="AvroStatus.TrailingBytes"/> where all was well but bytes are left.</returns>
    public AvroStatus End()
    {
        if (_status == AvroStatus.Ok && _position != _bytes.Length)
        {
            Fail(AvroStatus.TrailingBytes);
        }

        return _status;
    }

    /// <summary>Keeps a fault, unless there is one already; nothing can be read after it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Fail(AvroStatus status)
    {
        if (_status == AvroStatus.Ok)
        {
            _status = status;
        }

        _position = _bytes.Length;
    }

    /// <summary>What lies between two positions that were read.</summary>
    public readonly ReadOnlySpan<byte> Slice(int start, int end) => _bytes[start..end];

    /// <summary>Reads a boolean.</summary>
    public bool ReadBoolean()
    {
        if (_position < _bytes.Length)
        {
            var value = _bytes[_position++];
            if (value <= 1)
            {
                return value == 1;
            }

            Fail(AvroStatus.InvalidBoolean);
            return false;
        }

        Fail(AvroStatus.Truncated);
        return false;
    }

    /// <summary>Reads an int.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ReadInt()
    {
        var value = ReadLong();
        if (value != (int)value)
        {
            Fail(AvroStatus.IntOutOfRange);
            return 0;
        }

        return (int)value;
    }

    /// <summary>Reads a long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long ReadLong()
    {
        var position = _position;
        if ((uint)position < (uint)_bytes.Length)
        {
            var first = _bytes[position];
            if (first < 0x80)
            {
                _position = position + 1;
                return (first >> 1) ^ -(first & 1);
            }
        }

        return ReadLongVarint();
    }

    /// <summary>Reads a float.</summary>
    public float ReadFloat()
    {
        if (Remaining < sizeof(float))
        {
            Fail(AvroStatus.Truncated);
            return 0;
        }

        var value = BinaryPrimitives.ReadSingleLittleEndian(_bytes[_position..]);
        _position += sizeof(float);
        return value;
    }

    /// <summary>Reads a double.</summary>
    public double ReadDouble()
    {
        if (Remaining < sizeof(double))
        {
            Fail(AvroStatus.Truncated);
            return 0;
        }

        var value = BinaryPrimitives.ReadDoubleLittleEndian(_bytes[_position..]);
        _position += sizeof(double);
        return value;
    }

    /// <summary>Reads bytes, in place.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        var length = ReadLong();
        var position = _position;
        if ((ulong)length <= (ulong)_maxLength && length <= _bytes.Length - position)
        {
            _position = position + (int)length;
            return _bytes.Slice(position, (int)length);
        }

        FailLength(length);
        return default;
    }

    /// <summary>Reads a string, in place: UTF-8, checked.</summary>
    public ReadOnlySpan<byte> ReadUtf8()
    {
        var bytes = ReadBytes();
        if (!Utf8Check.IsValid(bytes))
        {
            Fail(AvroStatus.InvalidUtf8);
            return default;
        }

        return bytes;
    }

    /// <summary>Reads a string.</summary>
    /// <returns>The string; empty after a fault.</returns>
    public string ReadString() => Encoding.UTF8.GetString(ReadUtf8());

    /// <summary>Reads this many bytes as they are, in place.</summary>
    public ReadOnlySpan<byte> ReadFixed(int size)
    {
        if (Remaining < size)
        {
            Fail(AvroStatus.Truncated);
            return default;
        }

        var value = _bytes.Slice(_position, size);
        _position += size;
        return value;
    }

    /// <summary>Reads an enum's symbol as its position.</summary>
    /// <param name="symbols">How many symbols there are.</param>
    public int ReadEnum(int symbols)
    {
        var index = ReadLong();
        if ((ulong)index < (ulong)symbols)
        {
            return (int)index;
        }

        Fail(AvroStatus.UnknownSymbol);
        return 0;
    }

    /// <summary>Reads which branch of a union follows.</summary>
    /// <param name="branches">How many branches there are.</param>
    public int ReadBranch(int branches)
    {
        var index = ReadLong();
        if ((ulong)index < (ulong)branches)
        {
            return (int)index;
        }

        Fail(AvroStatus.UnknownBranch);
        return 0;
    }

    /// <summary>Reads the head of a block of an array or map.</summary>
    /// <param name="itemsBefore">Items of the array or map in the blocks before this one.</param>
    /// <param name="minItemBytes">The fewest bytes that an item can take; 0 for nulls.</param>
    /// <returns>How many items follow, checked against the bytes that remain and the limits; 0 at the end and after a fault.</returns>
    public int ReadBlock(int itemsBefore, int minItemBytes)
    {
        var count = ReadLong();
        if (count <= 0)
        {
            if (count == 0)
            {
                return 0;
            }

            // A negative count is followed by the block's size, for those who skip it.
            count = -count;
            var size = ReadLong();
            if (size < 0)
            {
                Fail(AvroStatus.NegativeLength);
            }
            else if (size > Remaining)
            {
                Fail(AvroStatus.Truncated);
            }
        }

        if ((ulong)count > (ulong)(_maxItems - itemsBefore) || count > _itemsLeft)
        {
            Fail(AvroStatus.TooManyItems);
        }
        else if (count * minItemBytes > Remaining)
        {
            Fail(AvroStatus.Truncated);
        }

        if (!IsOk)
        {
            return 0;
        }

        _itemsLeft -= (int)count;
        return (int)count;
    }

    /// <summary>Passes over entries of a map whose values have a fixed size, and checks their names. The hot path spends most of its reading here,
    /// so the position stays in a register as long as all goes the usual way.</summary>
    internal void SkipEntries(int count, int valueSize)
    {
        var position = _position;
        for (; count > 0; count--)
        {
            // A length below 64 is one byte, and twice the length.
            var first = position < _bytes.Length ? _bytes[position] : (byte)1;
            var length = first >> 1;
            if ((first & 0x81) == 0
                && length <= _maxLength
                && _bytes.Length - position > length + valueSize
                && Utf8Check.IsValid(_bytes.Slice(position + 1, length)))
            {
                position += 1 + length + valueSize;
                continue;
            }

            _position = position;
            ReadUtf8();
            ReadFixed(valueSize);
            if (!IsOk)
            {
                return;
            }

            position = _position;
        }

        _position = position;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private long ReadLongVarint()
    {
        if (Remaining >= sizeof(ulong))
        {
            // Eight bytes at once hold every number up to 56 bits, so every time of day.
            var eight = BinaryPrimitives.ReadUInt64LittleEndian(_bytes[_position..]);
            var ends = ~eight & 0x8080_8080_8080_8080;
            if (ends != 0)
            {
                var bits = BitOperations.TrailingZeroCount(ends) + 1;
                _position += bits >> 3;
                var compact = Compact(eight & (ulong.MaxValue >> (64 - bits)));
                return (long)(compact >> 1) ^ -(long)(compact & 1);
            }
        }

        return ReadLongVarintByByte();
    }

    /// <summary>Puts the lower seven bits of each byte side by side.</summary>
    private static ulong Compact(ulong bytes)
    {
        bytes &= 0x7F7F_7F7F_7F7F_7F7F;
        bytes = ((bytes & 0x7F00_7F00_7F00_7F00) >> 1) | (bytes & 0x007F_007F_007F_007F);
        bytes = ((bytes & 0x3FFF_0000_3FFF_0000) >> 2) | (bytes & 0x0000_3FFF_0000_3FFF);
        return ((bytes & 0x0FFF_FFFF_0000_0000) >> 4) | (bytes & 0x0000_0000_0FFF_FFFF);
    }

    private long ReadLongVarintByByte()
    {
        ulong value = 0;
        var position = _position;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if ((uint)position >= (uint)_bytes.Length)
            {
                Fail(AvroStatus.Truncated);
                return 0;
            }

            var next = _bytes[position++];
            if (shift == 63 && next > 1)
            {
                break;
            }

            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                _position = position;
                return (long)(value >> 1) ^ -(long)(value & 1);
            }
        }

        Fail(AvroStatus.VarintTooLong);
        return 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void FailLength(long length) => Fail(
        length < 0 ? AvroStatus.NegativeLength
        : length > _maxLength ? AvroStatus.LengthBeyondLimit
        : AvroStatus.Truncated);
}
