using System.Runtime.CompilerServices;

namespace Streaming.Avro;

/// <summary>
/// Reads on in an array or map that was checked before: no fault can occur, so none is looked for. Positions go in and out by value, so that
/// an enumerator can live in registers.
/// </summary>
internal static class CheckedItems
{
    /// <summary>How many items the next block has; 0 at the end.</summary>
    public static int ReadCount(ReadOnlySpan<byte> encoded, int position, out int next)
    {
        // The end itself is a block of none; a map that was never read has no bytes at all.
        if (position >= encoded.Length)
        {
            next = position;
            return 0;
        }

        var count = ReadLong(encoded, position, out next);
        if (count < 0)
        {
            count = -count;
            ReadLong(encoded, next, out next);
        }

        return (int)count;
    }

    /// <summary>The length of a string or of bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ReadLength(ReadOnlySpan<byte> encoded, int position, out int next)
    {
        // A length below 64 is one byte, and twice the length.
        var first = encoded[position];
        if (first < 0x80)
        {
            next = position + 1;
            return first >> 1;
        }

        return (int)ReadLong(encoded, position, out next);
    }

    /// <summary>An int or long.</summary>
    public static long ReadLong(ReadOnlySpan<byte> encoded, int position, out int next)
    {
        ulong value = 0;
        var shift = 0;
        byte current;
        do
        {
            current = encoded[position++];
            value |= (ulong)(current & 0x7F) << shift;
            shift += 7;
        }
        while (current >= 0x80);
        next = position;
        return (long)(value >> 1) ^ -(long)(value & 1);
    }
}
