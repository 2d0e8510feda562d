using Microsoft.Data.Sqlite;
using Streaming.History.Rows;

namespace Streaming.History.Sqlite;

internal sealed class FeatureSetTable() : SqliteTable<FeatureSetRow>(
    "feature_sets",
    ["name", "version", "hash"],
    ["content", "layout"])
{
    public override FeatureSetRow Read(SqliteDataReader reader) => new()
    {
        Name = reader.GetString(0),
        Version = reader.GetInt32(1),
        Hash = reader.GetString(2),
        Origin = Origin(reader),
        Content = reader.GetString(7),
        Layout = JsonText.Layout(reader.GetString(8)),
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
