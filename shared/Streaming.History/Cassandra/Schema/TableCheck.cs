using Cassandra;
using Streaming.History.Cassandra.Tables;

namespace Streaming.History.Cassandra.Schema;

/// <summary>Whether the tables have the columns that this program reads and writes.</summary>
internal static class TableCheck
{
    /// <exception cref="HistoryUnusableException">A table or column is missing.</exception>
    /// <exception cref="HistoryException">The cluster cannot be asked.</exception>
    public static async Task RequireAsync(CassandraConnection connection, CassandraTables tables, CancellationToken cancellation)
    {
        var keyspace = connection.Options.Keyspace;
        var rows = await connection.ListAsync("SELECT table_name, column_name FROM system_schema.columns WHERE keyspace_name = ?", ConsistencyLevel.LocalQuorum, cancellation, keyspace).ConfigureAwait(false);
        var found = rows.Select(row => (row.GetValue<string>(0), row.GetValue<string>(1))).ToHashSet();
        var missing = tables.All.SelectMany(table => table.Columns, (table, column) => (table.Name, column)).Where(wanted => !found.Contains(wanted)).ToArray();
        if (missing.Length > 0)
        {
            throw new HistoryUnusableException(
                $"the keyspace '{keyspace}' lacks {string.Join(", ", missing.Take(5).Select(column => $"{column.Name}.{column.column}"))}{(missing.Length > 5 ? $" and {missing.Length - 5} more columns" : "")}; somebody has changed its tables: restore them, or name another keyspace with {CassandraHistoryOptions.Section}:{nameof(CassandraHistoryOptions.Keyspace)}.");
        }
    }
}
