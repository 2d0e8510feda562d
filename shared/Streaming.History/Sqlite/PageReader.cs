using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;

namespace Streaming.History.Sqlite;

/// <summary>Walks over a table in the order of its key, page by page. Between pages nothing is held, so that a slow reader never stops a writer.</summary>
internal sealed class PageReader<T> : IDisposable
{
    private const int TimeColumn = 2;

    private readonly SqliteDatabase _database;
    private readonly SqliteTable _table;
    private readonly IReadOnlyList<string> _columns;
    private readonly PageQuery _query;
    private readonly Func<SqliteRow, T> _read;
    private readonly SqliteRow _row;
    private readonly string _order;
    private readonly string _after;
    private readonly int _fixedColumns;
    private SqliteConnection? _connection;
    private SqliteCommand? _first;
    private SqliteCommand? _next;
    private SqliteCommand? _nextDay;
    private long? _day;
    private object[]? _last;
    private bool _ended;

    private PageReader(SqliteDatabase database, SqliteTable table, IReadOnlyList<string> columns, PageQuery query, Func<SqliteRow, T> read)
    {
        _database = database;
        _table = table;
        _columns = columns;
        _query = query;
        _read = read;
        _row = new SqliteRow(columns.Count);
        _order = query.NewestFirst ? "DESC" : "ASC";
        _after = query.NewestFirst ? "<" : ">";
        _fixedColumns = query.Days is null ? 0 : query.EntityId is null ? 1 : 2;
    }

    /// <summary>Every row that a query finds.</summary>
    /// <param name="database">The file.</param>
    /// <param name="table">The table.</param>
    /// <param name="columns">The columns that are read; they begin with the table's key.</param>
    /// <param name="query">Which rows.</param>
    /// <param name="read">Makes what the reader stands at to a result.</param>
    /// <param name="cancellation">Asked at least once a page.</param>
    public static async IAsyncEnumerable<T> ReadAsync(
        SqliteDatabase database,
        SqliteTable table,
        IReadOnlyList<string> columns,
        PageQuery query,
        Func<SqliteRow, T> read,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reader = new PageReader<T>(database, table, columns, query, read);
        while (!reader._ended)
        {
            foreach (var row in await database.RunAsync(() => reader.ReadPage(cancellation), cancellation).ConfigureAwait(false))
            {
                yield return row;
            }

            cancellation.ThrowIfCancellationRequested();
        }
    }

    public void Dispose()
    {
        _first?.Dispose();
        _next?.Dispose();
        _nextDay?.Dispose();
        _connection?.Dispose();
    }

    /// <summary>The next rows; where it fails, the same ones come when it is called again.</summary>
    private List<T> ReadPage(CancellationToken cancellation)
    {
        Prepare();
        var (day, last) = (_day, _last);
        var page = new List<T>();
        var ended = false;
        while (page.Count < _database.Options.RowsPerPage && !ended)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_query.Days is not null && last is null && !FindDay(ref day))
            {
                ended = true;
                break;
            }

            var wanted = _database.Options.RowsPerPage - page.Count;
            var before = page.Count;
            last = ReadRows(day, last, wanted, page);
            if (page.Count - before < wanted)
            {
                last = null;
                ended = _query.Days is null;
            }
        }

        (_day, _last, _ended) = (day, last, ended);
        return page;
    }

    private void Prepare()
    {
        if (_connection is not null)
        {
            return;
        }

        var connection = _database.Open();
        _first = Command(connection, follows: false);
        _next = Command(connection, follows: true);
        if (_query.Days is not null)
        {
            _nextDay = connection.CreateCommand();
            _nextDay.CommandText = $"SELECT day FROM {_table.Name} WHERE day >= @first AND day <= @last ORDER BY day {_order} LIMIT 1";
            _nextDay.Parameters.AddWithValue("@first", 0L);
            _nextDay.Parameters.AddWithValue("@last", 0L);
        }

        _connection = connection;
    }

    private SqliteCommand Command(SqliteConnection connection, bool follows)
    {
        var command = connection.CreateCommand();
        List<string> conditions = [.. _query.Conditions];
        foreach (var (name, value) in _query.Values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        if (_fixedColumns > 0)
        {
            // Behind a key, the walk begins at that key: the plus keeps SQLite from beginning at the range's start again.
            var time = (follows ? "+" : "") + _table.Key[TimeColumn];
            conditions.Add($"day = @day AND {time} >= @from AND {time} < @to");
            command.Parameters.AddWithValue("@day", 0L);
            command.Parameters.AddWithValue("@from", _query.Times.From);
            command.Parameters.AddWithValue("@to", _query.Times.To);
        }

        if (_fixedColumns > 1)
        {
            conditions.Add("entity_id = @entity");
            command.Parameters.AddWithValue("@entity", _query.EntityId);
        }

        if (follows)
        {
            var free = _table.Key.Skip(_fixedColumns).ToArray();
            conditions.Add($"({string.Join(", ", free)}) {_after} ({string.Join(", ", free.Select(column => "@after_" + column))})");
            foreach (var column in free)
            {
                command.Parameters.AddWithValue("@after_" + column, DBNull.Value);
            }
        }

        command.Parameters.AddWithValue("@limit", 0L);
        var where = conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
        var order = string.Join(", ", _table.Key.Select(column => $"{column} {_order}"));
        command.CommandText = $"SELECT {string.Join(", ", _columns)} FROM {_table.Name}{where} ORDER BY {order} LIMIT @limit";
        return command;
    }

    /// <summary>Goes on to the next day that has rows.</summary>
    private bool FindDay(ref long? day)
    {
        var (first, last) = _query.Days!.Value;
        _nextDay!.Parameters["@first"].Value = _query.NewestFirst ? first : day + 1 ?? first;
        _nextDay.Parameters["@last"].Value = _query.NewestFirst ? day - 1 ?? last : last;
        if (_nextDay.ExecuteScalar() is not long found)
        {
            return false;
        }

        day = found;
        return true;
    }

    /// <summary>Reads up to so many rows of a day after a key.</summary>
    /// <returns>The key of the last one; that which it came from where there was none.</returns>
    private object[]? ReadRows(long? day, object[]? last, int wanted, List<T> page)
    {
        var command = last is null ? _first! : _next!;
        command.Parameters["@limit"].Value = wanted;
        if (_fixedColumns > 0)
        {
            command.Parameters["@day"].Value = day;
        }

        for (var column = _fixedColumns; last is not null && column < _table.Key.Count; column++)
        {
            command.Parameters["@after_" + _table.Key[column]].Value = last[column];
        }

        using var reader = command.ExecuteReader();
        _row.Follow(reader);
        while (reader.Read())
        {
            page.Add(_read(_row));
            if (--wanted == 0)
            {
                last = new object[_table.Key.Count];
                for (var column = 0; column < last.Length; column++)
                {
                    last[column] = _row.Value(column);
                }
            }
        }

        return last;
    }
}
