namespace Streaming.Features.Assembly;

/// <summary>Numbers in as few bytes as they need: seven bits in each, the lowest first.</summary>
internal static class Numbers
{
    /// <summary>What the greatest number needs.</summary>
    public const int MaxBytes = 10;

    /// <summary>Writes a number.</summary>
    /// <returns>The bytes written.</returns>
    public static int Write(Span<byte> into, ulong value)
    {
        var length = 0;
        for (; value >= 0x80; value >>= 7)
        {
            into[length++] = (byte)(value | 0x80);
        }

        into[length++] = (byte)value;
        return length;
    }

    /// <summary>Reads a number that was written here, and goes on behind it.</summary>
    public static ulong Read(scoped ref ReadOnlySpan<byte> from)
    {
        ulong value = 0;
        var length = 0;
        byte next;
        do
        {
            next = from[length];
            value |= (ulong)(next & 0x7f) << (7 * length++);
        }
        while (next >= 0x80);
        from = from[length..];
        return value;
    }

    /// <summary>Reads bytes that stand behind their length, and goes on behind them.</summary>
    public static ReadOnlySpan<byte> ReadBytes(scoped ref ReadOnlySpan<byte> from)
    {
        var length = (int)Read(ref from);
        var bytes = from[..length];
        from = from[length..];
        return bytes;
    }

    /// <summary>A signed number as one that is small where its distance from 0 is.</summary>
    public static ulong Zigzag(long value) => (ulong)((value << 1) ^ (value >> 63));
}
