using Streaming.History.Rows;

namespace Streaming.History.Sqlite;

internal sealed class FeatureSetTable() : SqliteTable<FeatureSetRow>(
    "feature_sets",
    ["name", "version", "hash"],
    ["content", "layout"])
{
    public override FeatureSetRow Read(SqliteRow row) => new()
    {
        Name = row.Text(0),
        Version = row.SmallInteger(1),
        Hash = row.Text(2),
        Origin = Origin(row),
        Content = row.Text(7),
        Layout = JsonText.Layout(row.Text(8)),
    };

    protected override void Values(FeatureSetRow row, object?[] into)
    {
        into[0] = row.Name;
        into[1] = row.Version;
        into[2] = row.Hash;
        var at = Origin(row, into, 3);
        into[at++] = row.Content;
        into[at] = JsonText.Of(row.Layout);
    }
}
