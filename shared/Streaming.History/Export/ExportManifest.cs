using System.Text.Json;
using System.Text.Json.Serialization;

namespace Streaming.History.Export;

/// <summary>What stands beside an exported file: everything that it was made from, so that it can be made again and trusted. Moments are in milliseconds since 1970.</summary>
public sealed record ExportManifest
{
    /// <summary>The file's name, without its folder.</summary>
    public required string File { get; init; }

    /// <summary><c>csv</c>, <c>jsonl</c> or <c>avro</c>.</summary>
    public required string Format { get; init; }

    /// <summary>SHA-256 of the file, in hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The file's length.</summary>
    public required long Bytes { get; init; }

    /// <summary>Rows in it, a header apart.</summary>
    public required long Rows { get; init; }

    /// <summary>Bucket starts asked for, inclusive.</summary>
    public required long From { get; init; }

    /// <summary>Bucket starts asked for, exclusive.</summary>
    public required long To { get; init; }

    /// <summary>The moment as of which the history was seen. Given again as <c>--as-of</c>, it gives the same file.</summary>
    public required long AsOf { get; init; }

    /// <summary>Whether the moment was asked for; else it is when the export began.</summary>
    public required bool AsOfGiven { get; init; }

    /// <summary>The one entity asked for; null for all.</summary>
    public string? Entity { get; init; }

    /// <summary>The feature set.</summary>
    public required ManifestFeatureSet FeatureSet { get; init; }

    /// <summary>The file's columns, in their order.</summary>
    public required IReadOnlyList<ManifestColumn> Columns { get; init; }

    /// <summary>Start of the first bucket in the file; null where it is empty.</summary>
    public long? FirstBucket { get; init; }

    /// <summary>Start of the last one.</summary>
    public long? LastBucket { get; init; }

    /// <summary>Rows whose vector was revised after it had been served.</summary>
    public required long RevisedRows { get; init; }

    /// <summary>Vectors of the feature set's name and version that another content made, and that were left out; 0 unless something is wrong.</summary>
    public required long OtherContents { get; init; }

    /// <summary>The labels; null where none were asked for.</summary>
    public ManifestLabels? Labels { get; init; }

    /// <summary>The predictions; null where none were asked for.</summary>
    public ManifestPredictions? Predictions { get; init; }

    /// <summary>The history, without secrets.</summary>
    public required string History { get; init; }

    /// <summary>The version that exported.</summary>
    public required string PipelineVersion { get; init; }

    /// <summary>The manifest of an export.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="format">Its format, as <see cref="Format"/> has it.</param>
    /// <param name="query">What was asked for.</param>
    /// <param name="asOfGiven">Whether the moment was.</param>
    /// <param name="result">What was written.</param>
    /// <param name="history">The history's identity.</param>
    /// <param name="pipelineVersion">The version that exported.</param>
    public static ExportManifest Of(string file, string format, ExportQuery query, bool asOfGiven, ExportResult result, string history, string pipelineVersion)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(result);
        var counts = result.Counts;
        return new ExportManifest
        {
            File = file,
            Format = format,
            Sha256 = result.Sha256,
            Bytes = result.Bytes,
            Rows = counts.Rows,
            From = query.Range.From,
            To = query.Range.To,
            AsOf = query.AsOf,
            AsOfGiven = asOfGiven,
            Entity = query.EntityId,
            FeatureSet = new ManifestFeatureSet(query.FeatureSet.Name, query.FeatureSet.Version, query.FeatureSet.Hash),
            Columns = [.. result.Columns.Select(column => new ManifestColumn(column.Name, WordOf(column.Kind), column.Unit, column.Description))],
            FirstBucket = counts.FirstBucket,
            LastBucket = counts.LastBucket,
            RevisedRows = counts.Revised,
            OtherContents = result.OtherContents,
            Labels = query.Label is { } rule ? ManifestLabels.Of(rule, counts) : null,
            Predictions = query.Deployment is { } deployment
                ? new ManifestPredictions(deployment, counts.Predicted, [.. counts.Models.Select(model => new ManifestModel(model.Key.Name, model.Key.Version, model.Key.Sha256, model.Key.Stage, model.Value))])
                : null,
            History = history,
            PipelineVersion = pipelineVersion,
        };
    }

    /// <summary>The manifest as its file has it: indented JSON in UTF-8.</summary>
    public byte[] ToJson() => [.. JsonSerializer.SerializeToUtf8Bytes(this, ExportManifestJson.Default.ExportManifest), (byte)'\n'];

    private static string WordOf(ColumnKind kind) => kind switch
    {
        ColumnKind.Text => "text",
        ColumnKind.Time => "time",
        ColumnKind.Integer => "integer",
        _ => "number",
    };
}

/// <summary>A feature set in a manifest.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Hash">SHA-256 of its normalised content, in hex.</param>
public sealed record ManifestFeatureSet(string Name, int Version, string Hash);

/// <summary>A column in a manifest.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type"><c>text</c>, <c>time</c>, <c>integer</c> or <c>number</c>.</param>
/// <param name="Unit">Its unit; empty where it has none.</param>
/// <param name="Description">What it is.</param>
public sealed record ManifestColumn(string Name, string Type, string Unit, string Description);

/// <summary>The labels of an export, with rows by what is known of them.</summary>
/// <param name="Name">What is labelled.</param>
/// <param name="MaturityMilliseconds">How long after a bucket's end its truth can still come.</param>
/// <param name="AssumedValue">What a mature bucket without a label was taken for; null for nothing.</param>
/// <param name="Known">Rows with a label that came.</param>
/// <param name="Assumed">Rows with the assumed one.</param>
/// <param name="Missing">Mature rows without a label.</param>
/// <param name="Immature">Rows too young for one.</param>
/// <param name="Values">Rows by label; null where there are too many different ones.</param>
public sealed record ManifestLabels(
    string Name, long MaturityMilliseconds, string? AssumedValue, long Known, long Assumed, long Missing, long Immature, IReadOnlyDictionary<string, long>? Values)
{
    internal static ManifestLabels Of(LabelRule rule, ExportCounts counts) => new(
        rule.Name,
        rule.Maturity,
        rule.Assumed,
        counts.Of(LabelState.Known),
        counts.Of(LabelState.Assumed),
        counts.Of(LabelState.Missing),
        counts.Of(LabelState.Immature),
        counts.LabelValues);
}

/// <summary>The predictions of an export.</summary>
/// <param name="Deployment">The deployment that was asked for.</param>
/// <param name="Rows">Rows beside which one stands.</param>
/// <param name="Models">The models that made them.</param>
public sealed record ManifestPredictions(string Deployment, long Rows, IReadOnlyList<ManifestModel> Models);

/// <summary>A model in a manifest.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Sha256">Of model.onnx, in hex.</param>
/// <param name="Stage">Its stage when it scored.</param>
/// <param name="Rows">Rows that it scored.</param>
public sealed record ManifestModel(string Name, string Version, string Sha256, string Stage, long Rows);

[JsonSerializable(typeof(ExportManifest))]
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
internal sealed partial class ExportManifestJson : JsonSerializerContext;
