using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.History.Sqlite;

internal sealed class PredictionTable() : SqliteTable<PredictionRow>(
    "predictions",
    ["day", "entity_id", "bucket_start", "deployment", "model_sha256", "feature_set_hash", "revision"],
    [
        "bucket_end", "prediction_id", "model_name", "model_version", "stage", "feature_set", "feature_set_version", "scores", "label", "threshold",
        "pipeline_version", "features",
    ])
{
    public override PredictionRow Read(SqliteRow row) => new()
    {
        EntityId = row.Text(1),
        BucketStart = row.Integer(2),
        Deployment = row.Text(3),
        ModelSha256 = row.Text(4),
        FeatureSetHash = row.Text(5),
        Revision = row.SmallInteger(6),
        Origin = Origin(row),
        BucketEnd = row.Integer(11),
        PredictionId = row.Text(12),
        ModelName = row.Text(13),
        ModelVersion = row.Text(14),
        Stage = row.Text(15),
        FeatureSet = row.Text(16),
        FeatureSetVersion = row.SmallInteger(17),
        Scores = row.Doubles(18),
        Label = row.NullableText(19),
        Threshold = row.IsNull(20) ? null : row.Number(20),
        PipelineVersion = row.Text(21),
        Features = row.IsNull(22) ? null : row.Doubles(22),
    };

    /// <summary>The columns that <see cref="ReadDeployed"/> reads.</summary>
    public IReadOnlyList<string> DeployedColumns => [.. Key, "bucket_end", "label"];

    /// <summary>What judging the prediction takes.</summary>
    public DeployedPrediction ReadDeployed(SqliteRow row) => new(
        row.Text(1),
        row.Text(3),
        new BucketPrediction(row.Integer(2), row.Integer(11), row.SmallInteger(6), row.NullableText(12), Origin(row)));

    protected override void Values(PredictionRow row, object?[] into)
    {
        into[0] = Day.Of(row.BucketStart);
        into[1] = row.EntityId;
        into[2] = row.BucketStart;
        into[3] = row.Deployment;
        into[4] = row.ModelSha256;
        into[5] = row.FeatureSetHash;
        into[6] = row.Revision;
        var at = Origin(row, into, 7);
        into[at++] = row.BucketEnd;
        into[at++] = row.PredictionId;
        into[at++] = row.ModelName;
        into[at++] = row.ModelVersion;
        into[at++] = row.Stage;
        into[at++] = row.FeatureSet;
        into[at++] = row.FeatureSetVersion;
        into[at++] = NumberText.Of(row.Scores.Span);
        into[at++] = row.Label;
        into[at++] = row.Threshold is { } threshold ? NumberText.Column(threshold) : null;
        into[at++] = row.PipelineVersion;
        into[at] = row.Features is { } features ? NumberText.Of(features.Span) : null;
    }
}
