using Microsoft.Data.Sqlite;
using Streaming.History.Rows;

namespace Streaming.History.Sqlite;

internal sealed class DeploymentTable() : SqliteTable<DeploymentRow>(
    "deployments",
    ["deployment", "revision"],
    [
        "based_on", "feature_set", "feature_set_version", "feature_set_hash", "model_name", "model_version", "model_sha256", "stage", "actor", "reason",
    ])
{
    public override DeploymentRow Read(SqliteDataReader reader) => new()
    {
        Deployment = reader.GetString(0),
        Revision = reader.GetInt64(1),
        Origin = Origin(reader),
        BasedOn = reader.GetInt64(6),
        FeatureSet = reader.GetString(7),
        FeatureSetVersion = reader.GetInt32(8),
        FeatureSetHash = reader.GetString(9),
        ModelName = reader.GetString(10),
        ModelVersion = reader.GetString(11),
        ModelSha256 = reader.GetString(12),
        Stage = reader.GetString(13),
        Actor = reader.GetString(14),
        Reason = reader.GetString(15),
    };

    protected override void Values(DeploymentRow row, object?[] into)
    {
        into[0] = row.Deployment;
        into[1] = row.Revision;
        var at = Origin(row, into, 2);
        into[at++] = row.BasedOn;
        into[at++] = row.FeatureSet;
        into[at++] = row.FeatureSetVersion;
        into[at++] = row.FeatureSetHash;
        into[at++] = row.ModelName;
        into[at++] = row.ModelVersion;
        into[at++] = row.ModelSha256;
        into[at++] = row.Stage;
        into[at++] = row.Actor;
        into[at] = row.Reason;
    }
}
