using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Ingest;
using Streaming.Models.Deployments;

namespace Streaming.Driver;

/// <summary>What a <see cref="PipelineDriver"/> runs.</summary>
public sealed record PipelineDriverOptions
{
    internal static readonly DateTimeOffset DefaultStart = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The feature sets; at least one, each name and version once.</summary>
    public required IReadOnlyList<FeatureSetDefinition> FeatureSets { get; init; }

    /// <summary>The models that score vectors, at most one for a feature set. Default: none, and nothing is predicted.</summary>
    public IReadOnlyList<DeployedModel> Models { get; init; } = [];

    /// <summary>Partitions of the topics whose key is the entity. Default: 1.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>What the clock shows at first. Default: the beginning of 2026, UTC.</summary>
    public DateTimeOffset Start { get; init; } = DefaultStart;

    /// <summary>What ingest accepts. Default: as the service does, but that a tick does not stay behind the clock: log time is the clock.</summary>
    public IngestOptions Ingest { get; init; } = new() { TickMargin = TimeSpan.Zero };

    /// <summary>The version that predictions name. Default: <c>driver</c>.</summary>
    public string PipelineVersion { get; init; } = "driver";

    /// <summary>The ids that values are framed with, where they must be those of a registry. Default: ids of the driver's own.</summary>
    public IReadOnlyDictionary<Topic, int>? SchemaIds { get; init; }
}
