using Microsoft.Data.Sqlite;
using Streaming.History.Queries;

namespace Streaming.History.Sqlite;

/// <summary>Finds entities by leaping from one to the next in the keys, without reading their rows.</summary>
internal static class SqliteEntities
{
    /// <summary>Every entity with a vector or prediction whose bucket starts in a range, in the order of its UTF-8 bytes.</summary>
    public static IReadOnlyList<string> Find(SqliteDatabase database, TimeRange range, CancellationToken cancellation)
    {
        if (range.IsEmpty)
        {
            return [];
        }

        using var connection = database.Open();
        var entities = new HashSet<string>(StringComparer.Ordinal);
        foreach (var table in (SqliteTable[])[SqliteTables.Vectors, SqliteTables.Predictions])
        {
            foreach (var day in Days(connection, table, range, cancellation))
            {
                entities.UnionWith(OfDay(connection, table, day, range, cancellation));
            }
        }

        return [.. entities.Order(Utf8Order.Instance)];
    }

    private static List<long> Days(SqliteConnection connection, SqliteTable table, TimeRange range, CancellationToken cancellation)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT day FROM {table.Name} WHERE day >= @first AND day <= @last ORDER BY day LIMIT 1";
        var first = command.Parameters.AddWithValue("@first", Day.Of(range.From));
        command.Parameters.AddWithValue("@last", Day.Of(range.To - 1));
        var days = new List<long>();
        while (command.ExecuteScalar() is long day)
        {
            cancellation.ThrowIfCancellationRequested();
            days.Add(day);
            first.Value = day + 1;
        }

        return days;
    }

    private static List<string> OfDay(SqliteConnection connection, SqliteTable table, long day, TimeRange range, CancellationToken cancellation)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"""
            SELECT entity_id FROM {table.Name}
            WHERE day = @day AND entity_id > @after AND bucket_start >= @from AND bucket_start < @to
            ORDER BY entity_id LIMIT 1
            """;
        command.Parameters.AddWithValue("@day", day);
        command.Parameters.AddWithValue("@from", range.From);
        command.Parameters.AddWithValue("@to", range.To);
        var after = command.Parameters.AddWithValue("@after", "");
        var entities = new List<string>();
        while (command.ExecuteScalar() is string entity)
        {
            cancellation.ThrowIfCancellationRequested();
            entities.Add(entity);
            after.Value = entity;
        }

        return entities;
    }
}
