using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Streaming.Models.Packages;

namespace Streaming.Models.Onnx;

/// <summary>What a graph takes and gives for each row.</summary>
/// <param name="Input">Name of the input.</param>
/// <param name="InputType">Float or double.</param>
/// <param name="Features">Values of a row.</param>
/// <param name="FixedRows">The number of rows that the graph insists on; 0 where it takes any.</param>
/// <param name="Output">Name of the output with the scores.</param>
/// <param name="OutputType">Float or double.</param>
/// <param name="OutputIsFlat">Whether the output has one dimension, not two.</param>
/// <param name="Scores">Scores of a row.</param>
internal sealed record OnnxSignature(
    string Input,
    TensorElementType InputType,
    int Features,
    int FixedRows,
    string Output,
    TensorElementType OutputType,
    bool OutputIsFlat,
    int Scores)
{
    /// <summary>Compares a session with a manifest.</summary>
    /// <param name="session">The session.</param>
    /// <param name="manifest">What the package says.</param>
    /// <param name="problems">Takes what does not fit.</param>
    /// <returns>Null where a problem was added. The output's shape is what the graph declares; <see cref="WithOutput"/> takes what it gives.</returns>
    public static OnnxSignature? Of(InferenceSession session, ModelManifest manifest, List<string> problems)
    {
        var before = problems.Count;
        var input = Find(session.InputMetadata, manifest.Input, "input", problems);
        var output = Find(session.OutputMetadata, manifest.Output, "output", problems);
        if (session.InputMetadata.Count > 1)
        {
            problems.Add($"the graph has the inputs {string.Join(", ", session.InputMetadata.Keys)}; a {manifest.Kind.ToString().ToLowerInvariant()} takes its features as one");
        }

        var features = manifest.FeatureSet.Features.Count;
        if (input is not null && (input.Dimensions.Length != 2 || input.Dimensions[0] == 0 || (input.Dimensions[1] != features && input.Dimensions[1] >= 0)))
        {
            problems.Add($"input '{manifest.Input}' has the shape {Shape(input)}; for the {features} features of '{manifest.FeatureSet.Name}' it must be [N, {features}]");
        }

        return problems.Count > before
            ? null
            : new OnnxSignature(manifest.Input, input!.ElementDataType, features, Math.Max(0, input.Dimensions[0]), manifest.Output, output!.ElementDataType, false, 0);
    }

    /// <summary>This signature with the shape of an output that the graph gave.</summary>
    /// <param name="shape">The shape given.</param>
    /// <param name="rows">The rows it was given for.</param>
    /// <param name="manifest">What the package says.</param>
    /// <param name="problems">Takes what does not fit.</param>
    public OnnxSignature? WithOutput(ReadOnlySpan<long> shape, int rows, ModelManifest manifest, List<string> problems)
    {
        var scores = shape.Length == 1 ? 1 : shape.Length == 2 ? shape[1] : -1;
        var fits = shape.Length is 1 or 2 && shape[0] == rows && (scores == 1 || scores == manifest.Labels.Count);
        if (!fits)
        {
            var allowed = manifest.Labels.Count > 0 ? $"[N, {manifest.Labels.Count}] for its {manifest.Labels.Count} labels, or [N, 1] or [N] for the positive one" : "[N, 1] or [N]";
            problems.Add($"output '{Output}' has the shape [{string.Join(", ", shape.ToArray())}] for {rows} rows; it must be {allowed}");
            return null;
        }

        if (scores == 1 && manifest.Kind == ModelKind.Classifier && (manifest.Labels.Count != 2 || manifest.PositiveLabel is null))
        {
            problems.Add($"output '{Output}' gives one score for a row; that needs two labels and a 'positiveLabel' in {ModelPackage.ManifestFile}");
            return null;
        }

        return this with { OutputIsFlat = shape.Length == 1, Scores = (int)scores };
    }

    private static NodeMetadata? Find(IReadOnlyDictionary<string, NodeMetadata> nodes, string name, string what, List<string> problems)
    {
        if (!nodes.TryGetValue(name, out var node))
        {
            problems.Add($"the graph has no {what} '{name}'; it has {string.Join(", ", nodes.Keys)}");
            return null;
        }

        if (!node.IsTensor)
        {
            problems.Add($"{what} '{name}' is a {node.OnnxValueType}; it must be a tensor (export classifiers without ZipMap)");
            return null;
        }

        if (node.ElementDataType is not (TensorElementType.Float or TensorElementType.Double))
        {
            problems.Add($"{what} '{name}' holds {node.ElementDataType}; it must hold float or double");
            return null;
        }

        return node;
    }

    private static string Shape(NodeMetadata node) => $"[{string.Join(", ", node.Dimensions.Select(dimension => dimension < 0 ? "N" : $"{dimension}"))}]";
}
