namespace Streaming.Features.Definitions;

/// <summary>One value of a feature set's vectors.</summary>
public sealed record FeatureDefinition
{
    /// <summary>Unique in its set.</summary>
    public required string Name { get; init; }

    /// <summary>The metric that it is computed from.</summary>
    public required string Metric { get; init; }

    /// <summary>What is computed of the metric's readings.</summary>
    public required Aggregate Aggregate { get; init; }

    /// <summary>What stands for it where no reading gave it. Default: none, which is NaN.</summary>
    public MissingPolicy Missing { get; init; } = MissingPolicy.None;

    /// <summary>The unit, for readers. Default: empty.</summary>
    public string Unit { get; init; } = "";

    /// <summary>What it means, for readers; not part of the content hash. Default: empty.</summary>
    public string Description { get; init; } = "";
}
