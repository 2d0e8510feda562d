using System.Runtime.InteropServices;

namespace Streaming.Pipes;

/// <summary>Which partition a key belongs to, as Java clients choose it.</summary>
public static class Murmur2
{
    private const uint Seed = 0x9747b28c;
    private const uint Multiplier = 0x5bd1e995;

    /// <summary>The partition of a key.</summary>
    /// <param name="key">The key's bytes.</param>
    /// <param name="partitions">How many partitions the topic has; above 0.</param>
    public static int Partition(ReadOnlySpan<byte> key, int partitions) => (int)((Hash(key) & 0x7fffffff) % (uint)partitions);

    /// <summary>The 32-bit hash, as Kafka's own Java code computes it.</summary>
    public static uint Hash(ReadOnlySpan<byte> data)
    {
        var hash = Seed ^ (uint)data.Length;
        while (data.Length >= 4)
        {
            var block = BitConverter.IsLittleEndian ? MemoryMarshal.Read<uint>(data) : System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(data);
            block *= Multiplier;
            block ^= block >> 24;
            block *= Multiplier;
            hash *= Multiplier;
            hash ^= block;
            data = data[4..];
        }

        if (data.Length == 3)
        {
            hash ^= (uint)data[2] << 16;
        }

        if (data.Length >= 2)
        {
            hash ^= (uint)data[1] << 8;
        }

        if (data.Length >= 1)
        {
            hash ^= data[0];
            hash *= Multiplier;
        }

        hash ^= hash >> 13;
        hash *= Multiplier;
        hash ^= hash >> 15;
        return hash;
    }
}
