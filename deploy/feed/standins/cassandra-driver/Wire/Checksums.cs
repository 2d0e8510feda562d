namespace Cassandra.Wire;

/// <summary>The two checksums of protocol version 5: over a segment's header, and over its payload.</summary>
internal static class Checksums
{
    private const uint HeaderStart = 0x875060;
    private const uint HeaderPolynomial = 0x1974F0B;
    private const uint PayloadPolynomial = 0xEDB88320;
    private const int Lanes = 8;
    private static readonly uint[][] Tables = MakeTables();

    // The protocol runs these four bytes through the checksum before the payload.
    private static readonly uint PayloadStart = Update(uint.MaxValue, [0xFA, 0x2D, 0x55, 0xCA]);

    /// <summary>CRC24 of the three bytes of a segment's header, read as little-endian.</summary>
    public static int OfHeader(int header)
    {
        var crc = HeaderStart;
        for (var at = 0; at < 3; at++)
        {
            crc ^= (uint)((header >> (8 * at)) & 0xFF) << 16;
            for (var bit = 0; bit < 8; bit++)
            {
                crc <<= 1;
                if ((crc & 0x1000000) != 0)
                {
                    crc ^= HeaderPolynomial;
                }
            }
        }

        return (int)(crc & 0xFFFFFF);
    }

    /// <summary>CRC32 of a segment's payload.</summary>
    public static uint OfPayload(ReadOnlySpan<byte> payload) => ~Update(PayloadStart, payload);

    private static uint Update(uint crc, ReadOnlySpan<byte> bytes)
    {
        var tables = Tables;
        while (bytes.Length >= Lanes)
        {
            var low = crc ^ System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var high = System.Buffers.Binary.BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = tables[7][low & 0xFF] ^ tables[6][(low >> 8) & 0xFF] ^ tables[5][(low >> 16) & 0xFF] ^ tables[4][low >> 24]
                ^ tables[3][high & 0xFF] ^ tables[2][(high >> 8) & 0xFF] ^ tables[1][(high >> 16) & 0xFF] ^ tables[0][high >> 24];
            bytes = bytes[Lanes..];
        }

        foreach (var value in bytes)
        {
            crc = (crc >> 8) ^ tables[0][(crc ^ value) & 0xFF];
        }

        return crc;
    }

    private static uint[][] MakeTables()
    {
        var tables = new uint[Lanes][];
        for (var lane = 0; lane < Lanes; lane++)
        {
            tables[lane] = new uint[256];
        }

        for (uint value = 0; value < 256; value++)
        {
            var crc = value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ PayloadPolynomial : crc >> 1;
            }

            tables[0][value] = crc;
        }

        for (var lane = 1; lane < Lanes; lane++)
        {
            for (var value = 0; value < 256; value++)
            {
                var before = tables[lane - 1][value];
                tables[lane][value] = (before >> 8) ^ tables[0][before & 0xFF];
            }
        }

        return tables;
    }
}
