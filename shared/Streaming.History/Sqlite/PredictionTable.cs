using Microsoft.Data.Sqlite;
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
    public override PredictionRow Read(SqliteDataReader reader) => new()
    {
        EntityId = reader.GetString(1),
        BucketStart = reader.GetInt64(2),
        Deployment = reader.GetString(3),
        ModelSha256 = reader.GetString(4),
        FeatureSetHash = reader.GetString(5),
        Revision = reader.GetInt32(6),
        Origin = Origin(reader),
        BucketEnd = reader.GetInt64(11),
        PredictionId = reader.GetString(12),
        ModelName = reader.GetString(13),
        ModelVersion = reader.GetString(14),
        Stage = reader.GetString(15),
        FeatureSet = reader.GetString(16),
        FeatureSetVersion = reader.GetInt32(17),
        Scores = NumberText.Doubles(reader.GetString(18)),
        Label = NullableString(reader, 19),
        Threshold = reader.IsDBNull(20) ? null : NumberText.FromColumn(reader.GetValue(20)),
        PipelineVersion = reader.GetString(21),
        Features = reader.IsDBNull(22) ? null : NumberText.Doubles(reader.GetString(22)),
    };

    /// <summary>What judging the prediction takes.</summary>
    public DeployedPrediction ReadDeployed(SqliteDataReader reader) => new(
        reader.GetString(1),
        reader.GetString(3),
        new BucketPrediction(reader.GetInt64(2), reader.GetInt64(11), reader.GetInt32(6), NullableString(reader, 19), Origin(reader)));

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
