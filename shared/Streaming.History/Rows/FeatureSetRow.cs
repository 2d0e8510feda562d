namespace Streaming.History.Rows;

/// <summary>A feature set as it runs: what each value of its vectors is.</summary>
public sealed record FeatureSetRow : HistoryRow
{
    /// <summary>The feature set's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its version.</summary>
    public required int Version { get; init; }

    /// <summary>SHA-256 of its normalised content, in hex.</summary>
    public required string Hash { get; init; }

    /// <summary>The definition, YAML.</summary>
    public required string Content { get; init; }

    /// <summary>One for each value of a vector, in its order.</summary>
    public required IReadOnlyList<FeatureColumn> Layout { get; init; }
}

/// <summary>What one value of a vector is.</summary>
/// <param name="Name">The feature's name.</param>
/// <param name="Description">What is computed, from which metric.</param>
/// <param name="Unit">Its unit; empty where it has none.</param>
public readonly record struct FeatureColumn(string Name, string Description, string Unit);
