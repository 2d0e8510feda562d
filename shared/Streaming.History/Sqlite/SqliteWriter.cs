using Microsoft.Data.Sqlite;
using Streaming.History.Rows;

namespace Streaming.History.Sqlite;

/// <summary>Writes rows over one connection, in short transactions. One caller at a time.</summary>
internal sealed class SqliteWriter : IDisposable
{
    private readonly SqliteDatabase _database;
    private readonly Dictionary<SqliteTable, PreparedUpsert> _upserts = [];
    private SqliteConnection? _connection;

    public SqliteWriter(SqliteDatabase database) => _database = database;

    /// <summary>Writes a part of the rows in one transaction, from a position on.</summary>
    /// <returns>What the file can never take.</returns>
    public List<RefusedRow> Write(IReadOnlyList<HistoryRow> rows, int start, int end)
    {
        try
        {
            _connection ??= _database.Open();
            var refused = new List<RefusedRow>();
            using var transaction = _connection.BeginTransaction(deferred: false);
            for (var index = start; index < end; index++)
            {
                if (Refusal(rows[index], transaction) is { } reason)
                {
                    refused.Add(new RefusedRow(index, reason));
                }
            }

            transaction.Commit();
            return refused;
        }
        catch
        {
            // Whatever went wrong, the next try begins with a connection that knows nothing of it.
            Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var upsert in _upserts.Values)
        {
            upsert.Dispose();
        }

        _upserts.Clear();
        _connection?.Dispose();
        _connection = null;
    }

    private string? Refusal(HistoryRow row, SqliteTransaction transaction)
    {
        var upsert = Prepared(SqliteTables.Of(row));
        if (upsert.Set(row) is var length && length > _database.Options.MaxRowLength)
        {
            return $"the row has {length} characters of text, and {SqliteHistoryOptions.Section}:{nameof(SqliteHistoryOptions.MaxRowLength)} allows {_database.Options.MaxRowLength}";
        }

        try
        {
            upsert.Execute(transaction);
            return null;
        }
        catch (SqliteException exception) when (SqliteDatabase.RefusesRow(exception))
        {
            return $"SQLite error {exception.SqliteExtendedErrorCode}: {exception.Message}";
        }
    }

    private PreparedUpsert Prepared(SqliteTable table)
    {
        if (!_upserts.TryGetValue(table, out var upsert))
        {
            upsert = new PreparedUpsert(_connection!, table);
            _upserts.Add(table, upsert);
        }

        return upsert;
    }

    private sealed class PreparedUpsert : IDisposable
    {
        private readonly SqliteTable _table;
        private readonly SqliteCommand _command;
        private readonly object?[] _values;

        public PreparedUpsert(SqliteConnection connection, SqliteTable table)
        {
            _table = table;
            _values = new object?[table.Columns.Count];
            _command = connection.CreateCommand();
            _command.CommandText = table.Upsert;
            for (var position = 1; position <= _values.Length; position++)
            {
                _command.Parameters.Add(new SqliteParameter($"?{position}", null));
            }
        }

        /// <summary>Takes a row's values.</summary>
        /// <returns>Characters of text in them.</returns>
        public long Set(HistoryRow row)
        {
            _table.Values(row, _values);
            var length = 0L;
            for (var index = 0; index < _values.Length; index++)
            {
                _command.Parameters[index].Value = _values[index] ?? DBNull.Value;
                length += _values[index] is string text ? text.Length : 0;
            }

            return length;
        }

        public void Execute(SqliteTransaction transaction)
        {
            _command.Transaction = transaction;
            _command.ExecuteNonQuery();
        }

        public void Dispose() => _command.Dispose();
    }
}
