namespace Streaming.Avro;

/// <summary>Whole values at a time, for where a few allocations do not matter.</summary>
public static class AvroCodec
{
    /// <summary>Gives a value's Avro body.</summary>
    public static byte[] ToBody<T>(T value)
        where T : class, IAvroRecord<T>
    {
        var buffer = new AvroBuffer();
        Append(buffer, value);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Gives a value in Confluent's framing.</summary>
    /// <param name="value">The value.</param>
    /// <param name="schemaId">The id that the registry gave its schema.</param>
    public static byte[] ToFramed<T>(T value, int schemaId)
        where T : class, IAvroRecord<T>
    {
        var buffer = new AvroBuffer();
        ConfluentFraming.Write(buffer, schemaId);
        Append(buffer, value);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Appends a value's Avro body.</summary>
    public static void Append<T>(AvroBuffer buffer, T value)
        where T : class, IAvroRecord<T>
    {
        var writer = new AvroWriter(buffer);
        T.Encode(ref writer, value);
    }

    /// <summary>Reads a body that holds one value of the type's own schema and nothing else.</summary>
    /// <param name="body">The Avro body, without framing.</param>
    /// <param name="limits">What it may ask for.</param>
    /// <param name="value">The value; null after a fault.</param>
    public static AvroStatus TryDecode<T>(ReadOnlySpan<byte> body, in AvroLimits limits, out T? value)
        where T : class, IAvroRecord<T>
    {
        var reader = new AvroReader(body, limits);
        T.TryDecode(ref reader, out value);
        if (reader.End() != AvroStatus.Ok)
        {
            value = null;
        }

        return reader.Status;
    }
}
