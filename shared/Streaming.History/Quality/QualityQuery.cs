using Streaming.History.Queries;

namespace Streaming.History.Quality;

/// <summary>Whose quality is asked for.</summary>
public sealed record QualityQuery
{
    /// <summary>Only this deployment's; null for each.</summary>
    public string? Deployment { get; init; }

    /// <summary>Only against labels of this name; null for each name.</summary>
    public string? LabelName { get; init; }

    /// <summary>Only this model's predictions; null for all.</summary>
    public string? ModelName { get; init; }

    /// <summary>Only this version's predictions; null for all.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>Only predictions made at this stage, as the schema spells it; null for all.</summary>
    public string? Stage { get; init; }

    /// <summary>Bucket starts; all time by default.</summary>
    public TimeRange Range { get; init; }

    /// <summary>As it was known at this time, in milliseconds since 1970; null for now.</summary>
    public long? AsOf { get; init; }
}
