using Cassandra;
using Streaming.History.Rows;

namespace Streaming.History.Cassandra.Tables;

internal sealed class DeploymentTable() : CassandraTable<DeploymentRow>(
    "deployments",
    ["deployment"],
    ["revision"],
    ["based_on", "feature_set", "feature_set_version", "feature_set_hash", "model_name", "model_version", "model_sha256", "stage", "actor", "reason"])
{
    public override void Write(DeploymentRow row, ValueList into) => into
        .Text(row.Deployment).Long(row.Revision)
        .Origin(row.Origin)
        .Long(row.BasedOn).Text(row.FeatureSet).Integer(row.FeatureSetVersion).Text(row.FeatureSetHash).Text(row.ModelName).Text(row.ModelVersion)
        .Text(row.ModelSha256).Text(row.Stage).Text(row.Actor).Text(row.Reason);

    public override DeploymentRow Read(Row row) => new()
    {
        Deployment = row.Text(0),
        Revision = row.Long(1),
        Origin = row.Origin(2),
        BasedOn = row.Long(6),
        FeatureSet = row.Text(7),
        FeatureSetVersion = row.Integer(8),
        FeatureSetHash = row.Text(9),
        ModelName = row.Text(10),
        ModelVersion = row.Text(11),
        ModelSha256 = row.Text(12),
        Stage = row.Text(13),
        Actor = row.Text(14),
        Reason = row.Text(15),
    };
}
