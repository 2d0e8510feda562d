using Streaming.Monitoring;

namespace Streaming.History.Quality;

/// <summary>How right a deployment was, by labels of one name.</summary>
public sealed class DeploymentQuality
{
    private readonly SortedDictionary<string, ConfusionMatrix> _entities = new(StringComparer.Ordinal);

    internal DeploymentQuality(string deployment, string labelName)
    {
        Deployment = deployment;
        LabelName = labelName;
    }

    /// <summary>The deployment.</summary>
    public string Deployment { get; }

    /// <summary>What is labelled.</summary>
    public string LabelName { get; }

    /// <summary>One matrix for each entity with labels of this name, by entity.</summary>
    public IReadOnlyDictionary<string, ConfusionMatrix> Entities => _entities;

    /// <summary>All entities together.</summary>
    public ConfusionMatrix Total { get; } = new();

    /// <summary>Right predictions of an entity in percent; null where none was judged.</summary>
    public double? AccuracyPercent(string entityId) => _entities.TryGetValue(entityId, out var matrix) ? matrix.Accuracy * 100 : null;

    internal void Add(string entityId, ConfusionMatrix matrix)
    {
        _entities.Add(entityId, matrix);
        Total.Add(matrix);
    }
}
