using System.Buffers.Binary;

namespace Streaming.Avro;

/// <summary>Confluent's framing of a value: a zero byte, the schema's id in four bytes, big-endian, and the Avro body.</summary>
public static class ConfluentFraming
{
    /// <summary>Bytes before the body.</summary>
    public const int HeaderLength = 5;

    /// <summary>Takes a framed value apart.</summary>
    /// <param name="value">The whole value.</param>
    /// <param name="schemaId">The id of the schema that it was written with.</param>
    /// <param name="body">The Avro body.</param>
    /// <returns>False where the value is not framed.</returns>
    public static bool TryRead(ReadOnlySpan<byte> value, out int schemaId, out ReadOnlySpan<byte> body)
    {
        if (value.Length < HeaderLength || value[0] != 0)
        {
            schemaId = 0;
            body = default;
            return false;
        }

        schemaId = BinaryPrimitives.ReadInt32BigEndian(value[1..]);
        body = value[HeaderLength..];
        return true;
    }

    /// <summary>Writes what stands before the body.</summary>
    public static void Write(ref AvroWriter writer, int schemaId)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        header[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(header[1..], schemaId);
        writer.WriteRaw(header);
    }

    /// <summary>Writes what stands before the body.</summary>
    public static void Write(AvroBuffer buffer, int schemaId)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        var writer = new AvroWriter(buffer);
        Write(ref writer, schemaId);
    }
}
