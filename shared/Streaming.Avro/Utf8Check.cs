using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Streaming.Avro;

/// <summary>Whether bytes are UTF-8. Names and ids are short and mostly ASCII, so those are told without a call.</summary>
internal static class Utf8Check
{
    private const ulong HighBits = 0x8080_8080_8080_8080;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsValid(ReadOnlySpan<byte> bytes) => IsShortAscii(bytes) || Utf8.IsValid(bytes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsShortAscii(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length >= sizeof(ulong))
        {
            // Two reads that overlap cover 8 to 16 bytes.
            return bytes.Length <= 2 * sizeof(ulong)
                && ((BinaryPrimitives.ReadUInt64LittleEndian(bytes) | BinaryPrimitives.ReadUInt64LittleEndian(bytes[^sizeof(ulong)..])) & HighBits) == 0;
        }

        if (bytes.Length >= sizeof(uint))
        {
            return ((BinaryPrimitives.ReadUInt32LittleEndian(bytes) | BinaryPrimitives.ReadUInt32LittleEndian(bytes[^sizeof(uint)..])) & (HighBits >> 32)) == 0;
        }

        var all = 0;
        foreach (var value in bytes)
        {
            all |= value;
        }

        return all < 0x80;
    }
}
