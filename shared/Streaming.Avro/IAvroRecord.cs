namespace Streaming.Avro;

/// <summary>A type that was generated from a schema.</summary>
/// <typeparam name="TSelf">The type itself.</typeparam>
public interface IAvroRecord<TSelf>
    where TSelf : class, IAvroRecord<TSelf>
{
    /// <summary>The schema that its bytes follow.</summary>
    static abstract AvroSchema Schema { get; }

    /// <summary>Writes a value.</summary>
    static abstract void Encode(ref AvroWriter writer, TSelf value);

    /// <summary>Reads a value that was written with the same schema.</summary>
    /// <param name="reader">Stands after the value on success.</param>
    /// <param name="value">The value; null after a fault.</param>
    static abstract AvroStatus TryDecode(ref AvroReader reader, out TSelf? value);
}
