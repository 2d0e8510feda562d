using Streaming.History.Rows;

namespace Streaming.History.Sqlite;

internal sealed class DeploymentTable() : SqliteTable<DeploymentRow>(
    "deployments",
    ["deployment", "revision"],
    [
        "based_on", "feature_set", "feature_set_version", "feature_set_hash", "model_name", "model_version", "model_sha256", "stage", "actor", "reason",
    ])
{
    public override DeploymentRow Read(SqliteRow row) => new()
    {
        Deployment = row.Text(0),
        Revision = row.Integer(1),
        Origin = Origin(row),
        BasedOn = row.Integer(6),
        FeatureSet = row.Text(7),
        FeatureSetVersion = row.SmallInteger(8),
        FeatureSetHash = row.Text(9),
        ModelName = row.Text(10),
        ModelVersion = row.Text(11),
        ModelSha256 = row.Text(12),
        Stage = row.Text(13),
        Actor = row.Text(14),
        Reason = row.Text(15),
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
