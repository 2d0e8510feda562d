namespace Streaming.History.Rows;

/// <summary>The truth of a moment or an interval of one entity.</summary>
public sealed record LabelRow : HistoryRow
{
    /// <summary>The entity.</summary>
    public required string EntityId { get; init; }

    /// <summary>The moment, or the interval's start, in milliseconds since 1970.</summary>
    public required long EventTime { get; init; }

    /// <summary>The interval's end, exclusive, after its start; null for a moment.</summary>
    public long? EventEnd { get; init; }

    /// <summary>What is labelled.</summary>
    public required string Name { get; init; }

    /// <summary>The truth.</summary>
    public required string Value { get; init; }

    /// <summary>When it became known by its source's clock, in milliseconds since 1970. Information: as-of questions go by <see cref="HistoryRow.Origin"/>.</summary>
    public required long KnownAt { get; init; }

    /// <summary>Who says so.</summary>
    public required string Source { get; init; }

    /// <summary>The prediction that it answers, if one.</summary>
    public string? PredictionId { get; init; }
}
