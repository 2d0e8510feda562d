namespace Streaming.Gateway.Predictions;

/// <summary>An entity's newest predictions of one deployment, the oldest first.</summary>
/// <param name="Entity">The entity.</param>
/// <param name="Deployment">The deployment; null where the entity has no predictions.</param>
/// <param name="LabelName">Which labels are the truth; null where there are none.</param>
/// <param name="Positive">The label that the score speaks of; null where it cannot be told yet.</param>
/// <param name="Threshold">The score from which that label is given; null where there is none.</param>
/// <param name="Points">One for each bucket.</param>
internal sealed record PredictionsAnswer(
    string Entity, string? Deployment, string? LabelName, string? Positive, double? Threshold, IReadOnlyList<PointAnswer> Points);

/// <summary>A bucket's prediction and, once it is known, its truth.</summary>
/// <param name="BucketStart">In milliseconds since 1970.</param>
/// <param name="BucketEnd">Exclusive.</param>
/// <param name="Score">The positive label's score: the only one, or the last.</param>
/// <param name="Label">What was predicted.</param>
/// <param name="Truth">The newest label that joins the bucket.</param>
internal sealed record PointAnswer(long BucketStart, long BucketEnd, double? Score, string? Label, string? Truth);
