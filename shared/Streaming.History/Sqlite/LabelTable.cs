using Microsoft.Data.Sqlite;
using Streaming.History.Queries;
using Streaming.History.Rows;

namespace Streaming.History.Sqlite;

internal sealed class LabelTable() : SqliteTable<LabelRow>(
    "labels",
    ["day", "entity_id", "event_time", "name"],
    ["event_end", "value", "known_at", "source", "prediction_id"])
{
    public override LabelRow Read(SqliteDataReader reader) => new()
    {
        EntityId = reader.GetString(1),
        EventTime = reader.GetInt64(2),
        Name = reader.GetString(3),
        Origin = Origin(reader),
        EventEnd = NullableInt64(reader, 8),
        Value = reader.GetString(9),
        KnownAt = reader.GetInt64(10),
        Source = reader.GetString(11),
        PredictionId = NullableString(reader, 12),
    };

    protected override void Values(LabelRow row, object?[] into)
    {
        into[0] = Day.Of(row.EventTime);
        into[1] = row.EntityId;
        into[2] = row.EventTime;
        into[3] = row.Name;
        var at = Origin(row, into, 4);
        into[at++] = row.EventEnd;
        into[at++] = row.Value;
        into[at++] = row.KnownAt;
        into[at++] = row.Source;
        into[at] = row.PredictionId;
    }
}
