namespace Streaming.Gateway.Chain;

/// <summary>The chain at one moment, as the page reads it.</summary>
/// <param name="Version">Of this software.</param>
/// <param name="Time">When it was looked at, in milliseconds since 1970.</param>
/// <param name="Problem">Why the rest is older than that; null where it is not.</param>
/// <param name="FiguresTime">When what follows, down to the models, was read from the history; null before that.</param>
/// <param name="EntityCount">How many entities <c>GET /v1/entities</c> knows.</param>
internal sealed record ChainAnswer(
    string Version,
    long Time,
    string? Problem,
    long Published,
    double PublishedPerSecond,
    long Late,
    long DeadLetters,
    IReadOnlyList<StageAnswer> Stages,
    long? FiguresTime,
    KeptAnswer Kept,
    int EntityCount,
    IReadOnlyList<AccuracyAnswer> Accuracy,
    IReadOnlyList<ModelAnswer> Models,
    IReadOnlyList<RefusalAnswer> Refusals);

/// <summary>A stage: what it writes, and how far it is behind.</summary>
internal sealed record StageAnswer(string Service, string Output, long Written, double WrittenPerSecond, long Lag, string? LastError);

/// <summary>What the history keeps.</summary>
internal sealed record KeptAnswer(long Vectors, long Predictions, long Labels);

/// <summary>How right a deployment was about an entity, or (null) about all of them; percent is null before the first label.</summary>
internal sealed record AccuracyAnswer(string? Entity, int Entities, string Deployment, string LabelName, long Answered, long Right, double? Percent);

/// <summary>A model that is deployed or has predicted lately.</summary>
/// <param name="State"><see cref="Running"/>, <see cref="Deployed"/> or <see cref="Withdrawn"/>.</param>
/// <param name="PredictedUntil">The end of the newest bucket that it has scored; null where none is known.</param>
internal sealed record ModelAnswer(string Deployment, string Name, string Version, string Stage, string FeatureSet, string Sha256, string State, long? PredictedUntil)
{
    /// <summary>It predicts.</summary>
    public const string Running = "running";

    /// <summary>It is deployed and has not predicted yet.</summary>
    public const string Deployed = "deployed";

    /// <summary>It has predicted and is deployed no more.</summary>
    public const string Withdrawn = "withdrawn";
}

/// <summary>A dead letter in short.</summary>
internal sealed record RefusalAnswer(string Stage, string Reason, string Detail, string Source, string? EntityId);
