using Streaming.History.Queries;

namespace Streaming.History.Export;

/// <summary>A feature set whose vectors are exported.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Hash">SHA-256 of its normalised content, in hex; vectors of another content are left out and counted.</param>
/// <param name="Columns">What each value of a vector is, in its order.</param>
public sealed record ExportedFeatureSet(string Name, int Version, string Hash, IReadOnlyList<Rows.FeatureColumn> Columns);

/// <summary>What is exported: one row for each entity and bucket that has a vector.</summary>
public sealed record ExportQuery
{
    /// <summary>Whose vectors.</summary>
    public required ExportedFeatureSet FeatureSet { get; init; }

    /// <summary>Bucket starts.</summary>
    public required TimeRange Range { get; init; }

    /// <summary>The moment from which the history is seen, in milliseconds since 1970: no row that became known later has any influence. Labels mature by it too.</summary>
    public required long AsOf { get; init; }

    /// <summary>The one entity; null for all.</summary>
    public string? EntityId { get; init; }

    /// <summary>The labels that join; null for none.</summary>
    public LabelRule? Label { get; init; }

    /// <summary>The deployment whose predictions stand beside the features; null for none.</summary>
    public string? Deployment { get; init; }
}
