using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Streaming.Features.Assembly;

/// <summary>Hashes of bytes: one for tables, salted in each process so that no sender can choose colliding names, and one that stays the same for ever.</summary>
internal static class Hash
{
    private const ulong Factor1 = 0x9E37_79B9_7F4A_7C15;
    private const ulong Factor2 = 0xD6E8_FEB8_6659_FD93;

    // Any seed but the second factor, which would make every hash 0.
    private const ulong StableSeed = 0xC2B2_AE3D_27D4_EB4F;

    private static readonly ulong Salt = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>For tables in memory.</summary>
    public static ulong Salted(ReadOnlySpan<byte> bytes) => Fold(bytes, Salt);

    /// <summary>For what is written down.</summary>
    public static ulong Stable(ReadOnlySpan<byte> bytes) => Fold(bytes, StableSeed);

    /// <summary>Carries a hash on with another one, in their order.</summary>
    public static ulong Combine(ulong hash, ulong next) => Mix(hash ^ Factor1, next ^ Factor2);

    private static ulong Fold(ReadOnlySpan<byte> bytes, ulong seed)
    {
        var hash = seed ^ ((ulong)bytes.Length * Factor1);
        while (bytes.Length > 16)
        {
            hash = Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ Factor1, BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]) ^ hash);
            bytes = bytes[16..];
        }

        // Two reads that overlap cover what is left.
        var (first, second) = bytes.Length switch
        {
            >= 8 => (BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[^8..])),
            >= 4 => (BinaryPrimitives.ReadUInt32LittleEndian(bytes), BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..])),
            > 0 => ((ulong)bytes[0] | ((ulong)bytes[bytes.Length / 2] << 8), bytes[^1]),
            _ => (0ul, 0ul),
        };
        return Mix(Mix(first ^ Factor1, second ^ hash), Factor2 ^ seed);
    }

    private static ulong Mix(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }
}
