namespace Streaming.Models.Packages;

/// <summary>What <c>model.yaml</c> says of a model.</summary>
public sealed record ModelManifest
{
    /// <summary>Lower-case letters, digits, dots, dashes and underscores.</summary>
    public required string Name { get; init; }

    /// <summary>Any short text; together with the name it stands for one content.</summary>
    public required string Version { get; init; }

    /// <summary>What it takes and gives.</summary>
    public required ModelKind Kind { get; init; }

    /// <summary>SHA-256 of <c>model.onnx</c>, 64 lower-case hex digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The features that it was trained on.</summary>
    public required FeatureSetReference FeatureSet { get; init; }

    /// <summary>The graph's input.</summary>
    public required string Input { get; init; }

    /// <summary>The graph's output with the scores.</summary>
    public required string Output { get; init; }

    /// <summary>Whether the model takes rows in which features are missing (NaN).</summary>
    public required bool AllowsMissing { get; init; }

    /// <summary>A classifier's labels, in the order of its scores; empty for other kinds.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The label that the threshold is about; null where there is none.</summary>
    public required string? PositiveLabel { get; init; }

    /// <summary>The least score at which the positive label is given; null where the greatest score decides.</summary>
    public required double? Threshold { get; init; }

    /// <summary>How the model came to be.</summary>
    public required TrainingInfo Training { get; init; }

    /// <summary>Position of the positive label among the labels; -1 where there is none.</summary>
    public int PositiveIndex
    {
        get
        {
            for (var index = 0; index < Labels.Count; index++)
            {
                if (Labels[index] == PositiveLabel)
                {
                    return index;
                }
            }

            return -1;
        }
    }
}

/// <summary>A feature set as a model knows it.</summary>
/// <param name="Name">The set's name.</param>
/// <param name="Version">The set's version.</param>
/// <param name="Hash">The set's content hash, 64 lower-case hex digits.</param>
/// <param name="Features">The features' names, in the order of the vector.</param>
public sealed record FeatureSetReference(string Name, int Version, string Hash, IReadOnlyList<string> Features);

/// <summary>How a model came to be: enough to make it again.</summary>
/// <param name="ExportManifest">SHA-256 of the manifest of the export that it was trained on; null where it was trained on other data.</param>
/// <param name="Data">The files that it was trained on.</param>
/// <param name="CodeCommit">The commit of the code that trained it.</param>
/// <param name="CodeSha256">SHA-256 of the script that trained it.</param>
/// <param name="Command">The command that trained it.</param>
/// <param name="Parameters">What was chosen for it.</param>
/// <param name="Author">Who trained it.</param>
/// <param name="Date">When.</param>
/// <param name="Metrics">How good it was found to be, on which data.</param>
public sealed record TrainingInfo(
    string? ExportManifest,
    IReadOnlyList<TrainingData> Data,
    string? CodeCommit,
    string? CodeSha256,
    string Command,
    IReadOnlyDictionary<string, string> Parameters,
    string Author,
    DateOnly Date,
    IReadOnlyList<MeasuredOn> Metrics);

/// <summary>A named piece of data.</summary>
/// <param name="Name">How people call it.</param>
/// <param name="Sha256">Of its bytes; null where not recorded.</param>
/// <param name="Rows">How many rows it has; null where not recorded.</param>
public sealed record TrainingData(string Name, string? Sha256, long? Rows);

/// <summary>What was measured on a named piece of data.</summary>
/// <param name="Data">The data.</param>
/// <param name="Values">The figures by name.</param>
public sealed record MeasuredOn(TrainingData Data, IReadOnlyDictionary<string, double> Values);
