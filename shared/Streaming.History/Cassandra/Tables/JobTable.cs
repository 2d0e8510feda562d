using Cassandra;
using Streaming.History.Rows;

namespace Streaming.History.Cassandra.Tables;

internal sealed class JobTable() : CassandraTable<JobRow>(
    "jobs",
    ["job_id"],
    [],
    ["kind", "state", "actor", "reason", "range_start", "range_end", "parameters", "result"])
{
    public override void Write(JobRow row, ValueList into) => into
        .Text(row.JobId)
        .Origin(row.Origin)
        .Text(row.Kind).Text(row.State).Text(row.Actor).Text(row.Reason).Time(row.RangeStart).Time(row.RangeEnd).Map(row.Parameters).Map(row.Result);

    public override JobRow Read(Row row) => new()
    {
        JobId = row.Text(0),
        Origin = row.Origin(1),
        Kind = row.Text(5),
        State = row.Text(6),
        Actor = row.Text(7),
        Reason = row.Text(8),
        RangeStart = row.NullableTime(9),
        RangeEnd = row.NullableTime(10),
        Parameters = row.Map(11),
        Result = row.Map(12),
    };
}
