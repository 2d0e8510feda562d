using System.Buffers.Binary;
using System.Numerics;

namespace Cassandra.Routing;

/// <summary>
/// Cassandra's tokens: the first half of MurmurHash3 x64 128 with seed 0, except that the bytes after the last whole block count as signed, which
/// the original does not do; and the least number, which means "none", becomes the greatest.
/// </summary>
internal static class Murmur3
{
    private const ulong C1 = 0x87C37B91114253D5;
    private const ulong C2 = 0x4CF5AD432745937F;
    private const int Block = 16;

    public static long Token(ReadOnlySpan<byte> key)
    {
        ulong h1 = 0;
        ulong h2 = 0;
        var rest = key;
        while (rest.Length >= Block)
        {
            h1 ^= First(BinaryPrimitives.ReadUInt64LittleEndian(rest));
            h1 = ((BitOperations.RotateLeft(h1, 27) + h2) * 5) + 0x52DCE729;
            h2 ^= Second(BinaryPrimitives.ReadUInt64LittleEndian(rest[8..]));
            h2 = ((BitOperations.RotateLeft(h2, 31) + h1) * 5) + 0x38495AB5;
            rest = rest[Block..];
        }

        if (rest.Length > 8)
        {
            h2 ^= Second(Signed(rest[8..]));
        }

        if (rest.Length > 0)
        {
            h1 ^= First(Signed(rest[..Math.Min(8, rest.Length)]));
        }

        h1 ^= (ulong)key.Length;
        h2 ^= (ulong)key.Length;
        h1 += h2;
        h2 += h1;
        var token = (long)(Mix(h1) + Mix(h2));
        return token == long.MinValue ? long.MaxValue : token;
    }

    private static ulong First(ulong k) => BitOperations.RotateLeft(k * C1, 31) * C2;

    private static ulong Second(ulong k) => BitOperations.RotateLeft(k * C2, 33) * C1;

    private static ulong Signed(ReadOnlySpan<byte> bytes)
    {
        ulong k = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            k ^= (ulong)(long)(sbyte)bytes[at] << (8 * at);
        }

        return k;
    }

    private static ulong Mix(ulong k)
    {
        k ^= k >> 33;
        k *= 0xFF51AFD7ED558CCD;
        k ^= k >> 33;
        k *= 0xC4CEB9FE1A85EC53;
        return k ^ (k >> 33);
    }
}
