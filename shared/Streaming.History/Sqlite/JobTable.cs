using Microsoft.Data.Sqlite;
using Streaming.History.Rows;

namespace Streaming.History.Sqlite;

internal sealed class JobTable() : SqliteTable<JobRow>(
    "jobs",
    ["job_id"],
    ["kind", "state", "actor", "reason", "range_start", "range_end", "parameters", "result"])
{
    public override JobRow Read(SqliteDataReader reader) => new()
    {
        JobId = reader.GetString(0),
        Origin = Origin(reader),
        Kind = reader.GetString(5),
        State = reader.GetString(6),
        Actor = reader.GetString(7),
        Reason = reader.GetString(8),
        RangeStart = NullableInt64(reader, 9),
        RangeEnd = NullableInt64(reader, 10),
        Parameters = JsonText.Map(reader.GetString(11)),
        Result = JsonText.Map(reader.GetString(12)),
    };

    protected override void Values(JobRow row, object?[] into)
    {
        into[0] = row.JobId;
        var at = Origin(row, into, 1);
        into[at++] = row.Kind;
        into[at++] = row.State;
        into[at++] = row.Actor;
        into[at++] = row.Reason;
        into[at++] = row.RangeStart;
        into[at++] = row.RangeEnd;
        into[at++] = JsonText.Of(row.Parameters);
        into[at] = JsonText.Of(row.Result);
    }
}
