namespace Streaming.Models.Scoring;

/// <summary>What a filter did with its vectors since its start. Written by one thread, read by any. A batch that is done again is counted again.</summary>
public sealed class ScoringStatistics
{
    private long _passedOver;
    private long _refused;

    internal ScoringStatistics(IReadOnlyList<ModelStatistics> models) => Models = models;

    /// <summary>Vectors of feature sets without a model.</summary>
    public long PassedOver => Volatile.Read(ref _passedOver);

    /// <summary>Records refused before a model was found for them, or since they are not for it.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>One for each deployment.</summary>
    public IReadOnlyList<ModelStatistics> Models { get; }

    internal void PassOver() => Volatile.Write(ref _passedOver, _passedOver + 1);

    internal void Refuse() => Volatile.Write(ref _refused, _refused + 1);
}

/// <summary>What one deployment's model did since the filter's start.</summary>
public sealed class ModelStatistics
{
    private long _scored;
    private long _refused;

    internal ModelStatistics(string deployment) => Deployment = deployment;

    /// <summary>The deployment's name.</summary>
    public string Deployment { get; }

    /// <summary>Vectors that became predictions.</summary>
    public long Scored => Volatile.Read(ref _scored);

    /// <summary>Vectors that the model does not take, or for which its score was not finite.</summary>
    public long Refused => Volatile.Read(ref _refused);

    internal void Score() => Volatile.Write(ref _scored, _scored + 1);

    internal void Refuse() => Volatile.Write(ref _refused, _refused + 1);
}
