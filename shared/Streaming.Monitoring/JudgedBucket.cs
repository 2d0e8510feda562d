namespace Streaming.Monitoring;

/// <summary>A prediction beside the truth.</summary>
/// <param name="Prediction">The one that counts for its bucket.</param>
/// <param name="Truth">The newest label that joins the bucket; null as long as there is none.</param>
public readonly record struct JudgedBucket(BucketPrediction Prediction, LabelledTime? Truth);
