using Cassandra;
using Streaming.History.Queries;
using Streaming.History.Rows;

namespace Streaming.History.Cassandra.Tables;

internal sealed class LabelTable() : CassandraTable<LabelRow>(
    "labels",
    ["entity_id", "day"],
    ["event_time", "name"],
    ["event_end", "value", "known_at", "source", "prediction_id"])
{
    public override void Write(LabelRow row, ValueList into) => into
        .Text(row.EntityId).Day(Days.Date(Day.Of(row.EventTime)))
        .Time(row.EventTime).Text(row.Name)
        .Origin(row.Origin)
        .Time(row.EventEnd).Text(row.Value).Time(row.KnownAt).Text(row.Source).Text(row.PredictionId);

    public override LabelRow Read(Row row) => new()
    {
        EntityId = row.Text(0),
        EventTime = row.Time(2),
        Name = row.Text(3),
        Origin = row.Origin(4),
        EventEnd = row.NullableTime(8),
        Value = row.Text(9),
        KnownAt = row.Time(10),
        Source = row.Text(11),
        PredictionId = row.NullableText(12),
    };
}
