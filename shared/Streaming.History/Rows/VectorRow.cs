namespace Streaming.History.Rows;

/// <summary>A feature vector: what was known of one entity in one bucket, at one revision.</summary>
public sealed record VectorRow : HistoryRow
{
    /// <summary>The entity.</summary>
    public required string EntityId { get; init; }

    /// <summary>Inclusive, in milliseconds since 1970.</summary>
    public required long BucketStart { get; init; }

    /// <summary>Exclusive, in milliseconds since 1970.</summary>
    public required long BucketEnd { get; init; }

    /// <summary>The feature set's name.</summary>
    public required string FeatureSet { get; init; }

    /// <summary>The feature set's version.</summary>
    public required int FeatureSetVersion { get; init; }

    /// <summary>SHA-256 of the feature set's normalised content, in hex.</summary>
    public required string FeatureSetHash { get; init; }

    /// <summary>Counts from 0; the highest counts.</summary>
    public required int Revision { get; init; }

    /// <summary>The values in the feature set's order, NaN where missing. Kept exactly; every NaN comes back as <see cref="double.NaN"/>.</summary>
    public required ReadOnlyMemory<double> Features { get; init; }

    /// <summary>Positions of the features that no reading gave.</summary>
    public required ReadOnlyMemory<int> Missing { get; init; }

    /// <summary>Readings that made the vector.</summary>
    public required int ReadingCount { get; init; }

    /// <summary>Readings of the bucket that came after it was closed.</summary>
    public required int LateCount { get; init; }

    /// <summary>0 to 1.</summary>
    public required double Completeness { get; init; }

    /// <summary>Why the bucket was closed, as the schema spells it: <c>complete</c>, <c>watermark</c>, <c>idle</c>, <c>revision</c> or <c>backfill</c>.</summary>
    public required string CloseReason { get; init; }

    /// <summary>Partition of sensor.readings that the readings came from.</summary>
    public required int InputPartition { get; init; }

    /// <summary>Offset of the first reading that made the vector.</summary>
    public required long FirstOffset { get; init; }

    /// <summary>Offset of the last one.</summary>
    public required long LastOffset { get; init; }
}
