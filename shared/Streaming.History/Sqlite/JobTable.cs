using Streaming.History.Rows;

namespace Streaming.History.Sqlite;

internal sealed class JobTable() : SqliteTable<JobRow>(
    "jobs",
    ["job_id"],
    ["kind", "state", "actor", "reason", "range_start", "range_end", "parameters", "result"])
{
    public override JobRow Read(SqliteRow row) => new()
    {
        JobId = row.Text(0),
        Origin = Origin(row),
        Kind = row.Text(5),
        State = row.Text(6),
        Actor = row.Text(7),
        Reason = row.Text(8),
        RangeStart = row.NullableInteger(9),
        RangeEnd = row.NullableInteger(10),
        Parameters = JsonText.Map(row.Text(11)),
        Result = JsonText.Map(row.Text(12)),
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
