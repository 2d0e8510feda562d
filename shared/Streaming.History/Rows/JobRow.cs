namespace Streaming.History.Rows;

/// <summary>A step of a replay, backfill, redrive, export or retraining.</summary>
public sealed record JobRow : HistoryRow
{
    /// <summary>The job.</summary>
    public required string JobId { get; init; }

    /// <summary><c>replay</c>, <c>backfill</c>, <c>redrive</c>, <c>export</c> or <c>retrain</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its state from then on, as the schema spells it: <c>started</c>, <c>progressed</c>, <c>completed</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    public required string State { get; init; }

    /// <summary>Who.</summary>
    public required string Actor { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Start of the range that it works on, in milliseconds since 1970; null where it has none.</summary>
    public long? RangeStart { get; init; }

    /// <summary>End of that range, exclusive; null where it has none.</summary>
    public long? RangeEnd { get; init; }

    /// <summary>What it was asked for.</summary>
    public required IReadOnlyDictionary<string, string> Parameters { get; init; }

    /// <summary>What came of it.</summary>
    public required IReadOnlyDictionary<string, string> Result { get; init; }
}
