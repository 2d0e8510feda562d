using Cassandra;
using Streaming.History.Rows;

namespace Streaming.History.Cassandra.Tables;

internal sealed class FeatureSetTable() : CassandraTable<FeatureSetRow>(
    "feature_sets",
    ["name"],
    ["version", "hash"],
    ["content", "feature_names", "feature_descriptions", "feature_units"])
{
    public override void Write(FeatureSetRow row, ValueList into) => into
        .Text(row.Name).Integer(row.Version).Text(row.Hash)
        .Origin(row.Origin)
        .Text(row.Content).Texts(row.Layout.Select(column => column.Name)).Texts(row.Layout.Select(column => column.Description)).Texts(row.Layout.Select(column => column.Unit));

    public override FeatureSetRow Read(Row row)
    {
        var (names, descriptions, units) = (row.Texts(8), row.Texts(9), row.Texts(10));
        return new FeatureSetRow
        {
            Name = row.Text(0),
            Version = row.Integer(1),
            Hash = row.Text(2),
            Origin = row.Origin(3),
            Content = row.Text(7),
            Layout = [.. names.Select((name, index) => new FeatureColumn(name, descriptions[index], units[index]))],
        };
    }
}
