namespace Streaming.History.Queries;

/// <summary>
/// What every question about rows in time may say. Rows come day by day (UTC), in a day by entity (in the order of its UTF-8 bytes), then by time:
/// of one entity, simply by time.
/// </summary>
public abstract record HistoryQuery
{
    private protected HistoryQuery()
    {
    }

    /// <summary>The one entity asked for; null for all.</summary>
    public string? EntityId { get; init; }

    /// <summary>Bucket starts asked for, or for labels the time that they must touch; all time by default.</summary>
    public TimeRange Range { get; init; }

    /// <summary>Only rows known at this time, in milliseconds since 1970, as if later ones had never come; null for everything known by now.
    /// Rows without a stamped known time count as always known.</summary>
    public long? AsOf { get; init; }

    /// <summary>The exact reverse of the order above.</summary>
    public bool NewestFirst { get; init; }

    /// <summary>At most so many rows; null for all.</summary>
    public int? Limit { get; init; }
}

/// <summary>A question about feature vectors. One row per entity, bucket and feature set, unless all revisions are wanted.</summary>
public sealed record VectorQuery : HistoryQuery
{
    /// <summary>Only this feature set; null for all.</summary>
    public string? FeatureSet { get; init; }

    /// <summary>Only this version of it; null for all.</summary>
    public int? FeatureSetVersion { get; init; }

    /// <summary>The highest revision by default.</summary>
    public Revisions Revisions { get; init; }
}

/// <summary>A question about predictions. One row per entity, bucket, deployment, model and feature set, unless all revisions are wanted.</summary>
public sealed record PredictionQuery : HistoryQuery
{
    /// <summary>Only this deployment's; null for all.</summary>
    public string? Deployment { get; init; }

    /// <summary>Only this model's; null for all.</summary>
    public string? ModelName { get; init; }

    /// <summary>Only this version's; null for all.</summary>
    public string? ModelVersion { get; init; }

    /// <summary>Only those made at this stage, as the schema spells it; null for all.</summary>
    public string? Stage { get; init; }

    /// <summary>The highest revision by default.</summary>
    public Revisions Revisions { get; init; }
}

/// <summary>A question about labels: moments in the range, and intervals that overlap it (none where the range holds no time). Every row comes, corrected ones too.</summary>
public sealed record LabelQuery : HistoryQuery
{
    /// <summary>Only labels of this name; null for all.</summary>
    public string? Name { get; init; }
}
