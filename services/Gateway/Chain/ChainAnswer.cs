namespace Streaming.Gateway.Chain;

/// <summary>The chain at one moment, as the page reads it.</summary>
/// <param name="Version">Of this software.</param>
/// <param name="Time">When it was looked at, in milliseconds since 1970.</param>
/// <param name="Problem">Why the rest is older than that; null where it is not.</param>
internal sealed record ChainAnswer(
    string Version,
    long Time,
    string? Problem,
    long Published,
    double PublishedPerSecond,
    long Late,
    long DeadLetters,
    IReadOnlyList<StageAnswer> Stages,
    KeptAnswer Kept,
    IReadOnlyList<string> Entities,
    IReadOnlyList<AccuracyAnswer> Accuracy,
    IReadOnlyList<ModelAnswer> Models,
    IReadOnlyList<RefusalAnswer> Refusals);

/// <summary>A stage: what it writes, and how far it is behind.</summary>
internal sealed record StageAnswer(string Service, string Output, long Written, double WrittenPerSecond, long Lag, string? LastError);

/// <summary>What the history keeps.</summary>
internal sealed record KeptAnswer(long Vectors, long Predictions, long Labels);

/// <summary>How right a deployment was about an entity; percent is null before the first label.</summary>
internal sealed record AccuracyAnswer(string Entity, string Deployment, string LabelName, long Answered, long Right, double? Percent);

/// <summary>A model, by the newest prediction of its deployment.</summary>
internal sealed record ModelAnswer(string Deployment, string Name, string Version, string Stage, string FeatureSet, string Sha256);

/// <summary>A dead letter in short.</summary>
internal sealed record RefusalAnswer(string Stage, string Reason, string Detail, string Source, string? EntityId);
