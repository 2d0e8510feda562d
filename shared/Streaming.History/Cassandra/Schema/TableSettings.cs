using Cassandra;
using Streaming.History.Cassandra.Tables;

namespace Streaming.History.Cassandra.Schema;

/// <summary>
/// How tables are compacted, which follows from the retention: rows that expire lie in files by window of time, so that whole files go at once. Where everything
/// stays, windows would only pile up, and the cluster's own way is left as it is.
/// </summary>
internal static class TableSettings
{
    private const string ByWindow = "TimeWindowCompactionStrategy";
    private const int Windows = 24;

    /// <summary>The compaction of tables whose rows expire; null for the cluster's own.</summary>
    public static string? CompactionOf(TimeSpan? retention)
    {
        if (retention is not { } kept)
        {
            return null;
        }

        var hours = Math.Max(1, (int)Math.Ceiling(kept.TotalHours / Windows));
        var (size, unit) = hours >= 24 ? ((hours + 23) / 24, "DAYS") : (hours, "HOURS");
        return $"{{'class': '{ByWindow}', 'compaction_window_unit': '{unit}', 'compaction_window_size': '{size}'}}";
    }

    /// <summary>Brings the tables' compaction to what the retention asks for, where it is not so yet.</summary>
    public static async Task ApplyAsync(CassandraConnection connection, Func<string, Task> change, CancellationToken cancellation)
    {
        if (CompactionOf(connection.Options.Retention) is not { } wanted)
        {
            return;
        }

        var rows = await connection.ListAsync("SELECT table_name, compaction FROM system_schema.tables WHERE keyspace_name = ?", ConsistencyLevel.LocalQuorum, cancellation, connection.Options.Keyspace).ConfigureAwait(false);
        foreach (var row in rows)
        {
            var (table, compaction) = (row.GetValue<string>(0), row.GetValue<IDictionary<string, string>>(1));
            if (CassandraTables.Expiring.Contains(table) && !Matches(compaction, wanted))
            {
                await change($"ALTER TABLE {table} WITH compaction = {wanted}").ConfigureAwait(false);
            }
        }
    }

    private static bool Matches(IDictionary<string, string> compaction, string wanted) =>
        compaction.TryGetValue("class", out var name) && name.EndsWith(ByWindow, StringComparison.Ordinal)
        && compaction.TryGetValue("compaction_window_size", out var size) && wanted.Contains($"'compaction_window_size': '{size}'", StringComparison.Ordinal)
        && compaction.TryGetValue("compaction_window_unit", out var unit) && wanted.Contains($"'compaction_window_unit': '{unit}'", StringComparison.Ordinal);
}
