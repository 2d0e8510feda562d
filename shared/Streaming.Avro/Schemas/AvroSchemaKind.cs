namespace Streaming.Avro;

/// <summary>Avro's types.</summary>
public enum AvroSchemaKind
{
    /// <summary>No value; takes no bytes.</summary>
    Null,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>32 bits, signed.</summary>
    Int,

    /// <summary>64 bits, signed.</summary>
    Long,

    /// <summary>IEEE 754, 32 bits.</summary>
    Float,

    /// <summary>IEEE 754, 64 bits.</summary>
    Double,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>UTF-8.</summary>
    String,

    /// <summary>Named fields in an order.</summary>
    Record,

    /// <summary>One of some symbols.</summary>
    Enum,

    /// <summary>Values of one type in an order.</summary>
    Array,

    /// <summary>Values of one type by name.</summary>
    Map,

    /// <summary>A value of one of some types.</summary>
    Union,

    /// <summary>A fixed number of bytes.</summary>
    Fixed,
}
