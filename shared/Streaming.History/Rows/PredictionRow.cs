namespace Streaming.History.Rows;

/// <summary>What a model said of a feature vector.</summary>
public sealed record PredictionRow : HistoryRow
{
    /// <summary>32 hex digits: a hash of deployment, model, feature set, entity, bucket and revision.</summary>
    public required string PredictionId { get; init; }

    /// <summary>The entity.</summary>
    public required string EntityId { get; init; }

    /// <summary>Inclusive, in milliseconds since 1970.</summary>
    public required long BucketStart { get; init; }

    /// <summary>Exclusive, in milliseconds since 1970.</summary>
    public required long BucketEnd { get; init; }

    /// <summary>The vector's revision; the highest counts.</summary>
    public required int Revision { get; init; }

    /// <summary>The feature set's name.</summary>
    public required string FeatureSet { get; init; }

    /// <summary>The feature set's version.</summary>
    public required int FeatureSetVersion { get; init; }

    /// <summary>SHA-256 of the feature set's normalised content, in hex.</summary>
    public required string FeatureSetHash { get; init; }

    /// <summary>The deployment that scored.</summary>
    public required string Deployment { get; init; }

    /// <summary>The model's name.</summary>
    public required string ModelName { get; init; }

    /// <summary>The model's version.</summary>
    public required string ModelVersion { get; init; }

    /// <summary>SHA-256 of model.onnx, in hex.</summary>
    public required string ModelSha256 { get; init; }

    /// <summary>The model's stage at the time, as the schema spells it: <c>staging</c>, <c>shadow</c>, <c>production</c> or <c>archived</c>.</summary>
    public required string Stage { get; init; }

    /// <summary>One per label of the model in its order, or the probability of the positive label alone. Kept exactly; every NaN comes back as <see cref="double.NaN"/>.</summary>
    public required ReadOnlyMemory<double> Scores { get; init; }

    /// <summary>The predicted label; null where the model gives none.</summary>
    public string? Label { get; init; }

    /// <summary>The score from which the positive label was given; null where there is none.</summary>
    public double? Threshold { get; init; }

    /// <summary>Version of the pipeline that scored.</summary>
    public required string PipelineVersion { get; init; }

    /// <summary>The features themselves, for predictions asked over HTTP; else null.</summary>
    public ReadOnlyMemory<double>? Features { get; init; }
}
