using Cassandra;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.History.Cassandra.Tables;

internal sealed class PredictionTable() : CassandraTable<PredictionRow>(
    "predictions",
    ["entity_id", "day"],
    ["bucket_start", "deployment", "model_sha256", "feature_set_hash", "revision"],
    [
        "bucket_end", "label", "model_name", "model_version", "stage", "prediction_id", "feature_set", "feature_set_version", "scores", "threshold",
        "pipeline_version", "feature_values",
    ])
{
    private const int DeployedCount = 16;

    /// <summary>The columns that <see cref="ReadDeployed"/> and <see cref="Matches"/> read.</summary>
    public IReadOnlyList<string> DeployedColumns => [.. Columns.Take(DeployedCount)];

    public override void Write(PredictionRow row, ValueList into) => into
        .Text(row.EntityId).Day(Days.Date(Day.Of(row.BucketStart)))
        .Time(row.BucketStart).Text(row.Deployment).Text(row.ModelSha256).Text(row.FeatureSetHash).Integer(row.Revision)
        .Origin(row.Origin)
        .Time(row.BucketEnd).Text(row.Label).Text(row.ModelName).Text(row.ModelVersion).Text(row.Stage).Text(row.PredictionId)
        .Text(row.FeatureSet).Integer(row.FeatureSetVersion).Numbers(row.Scores.Span).Number(row.Threshold).Text(row.PipelineVersion).Numbers(row.Features);

    public override PredictionRow Read(Row row) => new()
    {
        EntityId = row.Text(0),
        BucketStart = row.Time(2),
        Deployment = row.Text(3),
        ModelSha256 = row.Text(4),
        FeatureSetHash = row.Text(5),
        Revision = row.Integer(6),
        Origin = row.Origin(7),
        BucketEnd = row.Time(11),
        Label = row.NullableText(12),
        ModelName = row.Text(13),
        ModelVersion = row.Text(14),
        Stage = row.Text(15),
        PredictionId = row.Text(16),
        FeatureSet = row.Text(17),
        FeatureSetVersion = row.Integer(18),
        Scores = row.Numbers(19),
        Threshold = row.IsNull(20) ? null : row.Number(20),
        PipelineVersion = row.Text(21),
        Features = row.IsNull(22) ? null : row.Numbers(22),
    };

    /// <summary>What judging the prediction takes.</summary>
    public static DeployedPrediction ReadDeployed(Row row) => new(
        row.Text(0),
        row.Text(3),
        new BucketPrediction(row.Time(2), row.Time(11), row.Integer(6), row.NullableText(12), row.Origin(7)));

    /// <summary>Whether a query asks for the row, its entity and times apart.</summary>
    public static bool Matches(Row row, PredictionQuery query) =>
        (query.AsOf is not { } asOf || row.Time(7) <= asOf)
        && (query.Deployment is null || row.Text(3) == query.Deployment)
        && (query.ModelName is null || row.Text(13) == query.ModelName)
        && (query.ModelVersion is null || row.Text(14) == query.ModelVersion)
        && (query.Stage is null || row.Text(15) == query.Stage);
}
