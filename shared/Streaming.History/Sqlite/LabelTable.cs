using Streaming.History.Queries;
using Streaming.History.Rows;

namespace Streaming.History.Sqlite;

internal sealed class LabelTable() : SqliteTable<LabelRow>(
    "labels",
    ["day", "entity_id", "event_time", "name"],
    ["event_end", "value", "known_at", "source", "prediction_id"])
{
    public override LabelRow Read(SqliteRow row) => new()
    {
        EntityId = row.Text(1),
        EventTime = row.Integer(2),
        Name = row.Text(3),
        Origin = Origin(row),
        EventEnd = row.NullableInteger(8),
        Value = row.Text(9),
        KnownAt = row.Integer(10),
        Source = row.Text(11),
        PredictionId = row.NullableText(12),
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
