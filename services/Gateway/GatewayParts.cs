using Streaming.Flow;
using Streaming.History;
using Streaming.Ingest;
using Streaming.Kafka;

namespace Streaming.Gateway;

/// <summary>What a gateway is made of. Whoever makes the parts disposes of them, after the gateway.</summary>
public sealed record GatewayParts
{
    /// <summary>Where it listens, and its bounds.</summary>
    public required GatewayOptions Options { get; init; }

    /// <summary>What readings must be like.</summary>
    public required IngestOptions Ingest { get; init; }

    /// <summary>The cluster that readings go to.</summary>
    public required KafkaOptions Kafka { get; init; }

    /// <summary>The id under which the registry knows the schema of <c>sensor.raw</c>.</summary>
    public required int ReadingSchemaId { get; init; }

    /// <summary>Sees what flows.</summary>
    public required ChainObserver Observer { get; init; }

    /// <summary>Keeps what came out.</summary>
    public required IHistoryReader History { get; init; }

    /// <summary>The folder of the deployed model packages; empty where it is not known.</summary>
    public string ModelsDirectory { get; init; } = "";

    /// <summary>The last error of a service by its name; null where there is none, or where nobody knows: then the stage's newest dead letter stands for it.</summary>
    public Func<string, string?> LastErrorOf { get; init; } = _ => null;
}
