namespace Streaming.Monitoring;

/// <summary>What a deployment said of one entity's bucket, as far as its quality is concerned.</summary>
/// <param name="BucketStart">Inclusive, in milliseconds since 1970.</param>
/// <param name="BucketEnd">Exclusive, in milliseconds since 1970.</param>
/// <param name="Revision">The vector's; the highest counts.</param>
/// <param name="Label">The predicted label; null where the model gives none, such as a regressor.</param>
/// <param name="Origin">Where it came from; of equal revisions the newest counts.</param>
public readonly record struct BucketPrediction(long BucketStart, long BucketEnd, int Revision, string? Label, RecordOrigin Origin);
