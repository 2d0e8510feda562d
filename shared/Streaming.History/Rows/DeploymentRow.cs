namespace Streaming.History.Rows;

/// <summary>A change of what is deployed, as it stands in the log: also one that came second and did not count.</summary>
public sealed record DeploymentRow : HistoryRow
{
    /// <summary>The deployment.</summary>
    public required string Deployment { get; init; }

    /// <summary>One more than <see cref="BasedOn"/>.</summary>
    public required long Revision { get; init; }

    /// <summary>The revision that the author saw; 0 for a new deployment. Of two events that build on the same one the first in the log wins.</summary>
    public required long BasedOn { get; init; }

    /// <summary>The feature set's name.</summary>
    public required string FeatureSet { get; init; }

    /// <summary>The feature set's version.</summary>
    public required int FeatureSetVersion { get; init; }

    /// <summary>SHA-256 of the feature set's normalised content, in hex.</summary>
    public required string FeatureSetHash { get; init; }

    /// <summary>The model's name.</summary>
    public required string ModelName { get; init; }

    /// <summary>The model's version.</summary>
    public required string ModelVersion { get; init; }

    /// <summary>SHA-256 of model.onnx, in hex.</summary>
    public required string ModelSha256 { get; init; }

    /// <summary>The model's stage from then on, as the schema spells it.</summary>
    public required string Stage { get; init; }

    /// <summary>Who did it.</summary>
    public required string Actor { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }
}
