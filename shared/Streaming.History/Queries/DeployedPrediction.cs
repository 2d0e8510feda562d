using Streaming.Monitoring;

namespace Streaming.History.Queries;

/// <summary>A prediction with only what judging it takes.</summary>
/// <param name="EntityId">The entity.</param>
/// <param name="Deployment">The deployment that scored.</param>
/// <param name="Prediction">Bucket, revision, label and origin.</param>
public readonly record struct DeployedPrediction(string EntityId, string Deployment, BucketPrediction Prediction);
