namespace Streaming.Local.Chain;

/// <summary>What every service of a run is told.</summary>
/// <param name="BootstrapServers">The broker.</param>
/// <param name="RegistryUrl">The schema registry.</param>
/// <param name="IsEmbedded">Whether the broker is the embedded one: it gives its control records no checksum, and forgets the offsets of transactions.</param>
/// <param name="Prefix">In front of every topic, group and transaction name; may be empty.</param>
/// <param name="FeaturesDirectory">Feature sets.</param>
/// <param name="ModelsDirectory">Model packages.</param>
/// <param name="History">Where the history is: a SQLite file or a Cassandra cluster, as configuration keys.</param>
internal sealed record ChainSettings(
    string BootstrapServers,
    string RegistryUrl,
    bool IsEmbedded,
    string Prefix,
    string FeaturesDirectory,
    string ModelsDirectory,
    IReadOnlyDictionary<string, string?> History)
{
    /// <summary>As configuration keys, the same for a process's environment and for a configuration root.</summary>
    public IReadOnlyDictionary<string, string?> ToConfiguration() => new Dictionary<string, string?>(History)
    {
        ["Kafka:BootstrapServers"] = BootstrapServers,
        ["Kafka:TopicPrefix"] = Prefix,
        ["Kafka:Client:check.crcs"] = IsEmbedded ? "false" : "true",
        ["Kafka:RepeatOffsets"] = IsEmbedded ? "true" : "false",
        ["SchemaRegistry:Url"] = RegistryUrl,
        ["Features:Directory"] = FeaturesDirectory,
        ["Models:Directory"] = ModelsDirectory,
        ["Worker:Ordinal"] = "0",
        ["Health:Port"] = "0",
    };
}
