namespace Streaming.Avro.Registry;

/// <summary>What kind of failure a registry's is; it decides who must act.</summary>
public enum RegistryFault
{
    /// <summary>Not reached, too slow, overloaded, or an answer that is no registry's. Says nothing about any schema or record: wait and ask again.</summary>
    Unavailable,

    /// <summary>The registry refuses the caller, or no registry's interface is at the address. The configuration must change.</summary>
    Configuration,

    /// <summary>The schema may not follow those under the subject.</summary>
    Incompatible,

    /// <summary>The registry holds the schema, the subject or the level for invalid.</summary>
    Invalid,

    /// <summary>The schema is there but larger than the limit on an answer.</summary>
    TooLarge,
}

/// <summary>A registry did not do what it was asked.</summary>
public sealed class SchemaRegistryException : Exception
{
    /// <summary>A failure, its kind and cause.</summary>
    public SchemaRegistryException(RegistryFault fault, string message, Exception? cause = null)
        : base(message, cause) => Fault = fault;

    /// <summary>The kind of failure.</summary>
    public RegistryFault Fault { get; }

    /// <summary>How long the registry asks to be left alone; null where it does not say.</summary>
    internal TimeSpan? RetryAfter { get; init; }
}
