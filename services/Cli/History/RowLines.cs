using System.Text.Json;
using System.Text.Json.Serialization;
using Streaming.Cli.Rendering;
using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.Cli.History;

/// <summary>Where a row came from, and from when it was known; null where the broker did not stamp it.</summary>
internal sealed record OriginLine(string? KnownTime, string Topic, int Partition, long Offset)
{
    public static OriginLine Of(RecordOrigin origin) =>
        new(origin.KnownTime == RecordOrigin.Unstamped ? null : TimeText.Of(origin.KnownTime), origin.Topic, origin.Partition, origin.Offset);
}

/// <summary>A vector for programs; a feature that is missing is null.</summary>
internal sealed record VectorLine(
    string EntityId,
    string BucketStart,
    string BucketEnd,
    string FeatureSet,
    int FeatureSetVersion,
    string FeatureSetHash,
    int Revision,
    IReadOnlyDictionary<string, double?> Features,
    IReadOnlyList<string> Missing,
    int ReadingCount,
    int LateCount,
    double Completeness,
    string CloseReason,
    OriginLine Origin)
{
    public static VectorLine Of(VectorRow row, IReadOnlyList<string> names) => new(
        row.EntityId,
        TimeText.Of(row.BucketStart),
        TimeText.Of(row.BucketEnd),
        row.FeatureSet,
        row.FeatureSetVersion,
        row.FeatureSetHash,
        row.Revision,
        names.Zip(row.Features.ToArray()).ToDictionary(pair => pair.First, pair => double.IsNaN(pair.Second) ? (double?)null : pair.Second),
        [.. row.Missing.ToArray().Where(position => position < names.Count).Select(position => names[position])],
        row.ReadingCount,
        row.LateCount,
        row.Completeness,
        row.CloseReason,
        OriginLine.Of(row.Origin));
}

/// <summary>A prediction for programs.</summary>
internal sealed record PredictionLine(
    string PredictionId,
    string EntityId,
    string BucketStart,
    string BucketEnd,
    int Revision,
    string FeatureSet,
    int FeatureSetVersion,
    string Deployment,
    string ModelName,
    string ModelVersion,
    string ModelSha256,
    string Stage,
    IReadOnlyList<double> Scores,
    string? Label,
    double? Threshold,
    OriginLine Origin)
{
    public static PredictionLine Of(PredictionRow row) => new(
        row.PredictionId,
        row.EntityId,
        TimeText.Of(row.BucketStart),
        TimeText.Of(row.BucketEnd),
        row.Revision,
        row.FeatureSet,
        row.FeatureSetVersion,
        row.Deployment,
        row.ModelName,
        row.ModelVersion,
        row.ModelSha256,
        row.Stage,
        row.Scores.ToArray(),
        row.Label,
        row.Threshold,
        OriginLine.Of(row.Origin));
}

/// <summary>A label for programs.</summary>
internal sealed record LabelLine(
    string EntityId, string EventTime, string? EventEnd, string Name, string Value, string KnownAt, string Source, string? PredictionId, OriginLine Origin)
{
    public static LabelLine Of(LabelRow row) => new(
        row.EntityId,
        TimeText.Of(row.EventTime),
        row.EventEnd is { } end ? TimeText.Of(end) : null,
        row.Name,
        row.Value,
        TimeText.Of(row.KnownAt),
        row.Source,
        row.PredictionId,
        OriginLine.Of(row.Origin));
}

[JsonSerializable(typeof(VectorLine))]
[JsonSerializable(typeof(PredictionLine))]
[JsonSerializable(typeof(LabelLine))]
[JsonSerializable(typeof(string))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
internal sealed partial class RowsJson : JsonSerializerContext;
