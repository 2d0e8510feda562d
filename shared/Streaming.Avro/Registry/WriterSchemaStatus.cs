namespace Streaming.Avro.Registry;

/// <summary>What is known of a schema id.</summary>
public enum WriterSchemaStatus
{
    /// <summary>Not known yet: it is being fetched, or the registry cannot be reached. The record waits; it is not bad.</summary>
    Fetching,

    /// <summary>The schema is there and can be read.</summary>
    Ready,

    /// <summary>The registry says that it has no such id. Believed for a while only, since a later registration may bring it.</summary>
    Unknown,

    /// <summary>The schema is there, but what it writes cannot be read: it is not valid Avro, not Avro at all, or does not resolve to the reader's schema.</summary>
    Incompatible,
}
