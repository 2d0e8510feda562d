using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Streaming.History.Sqlite;

/// <summary>The row that a reader stands at. Texts that repeat from row to row, as most do, are made once.</summary>
internal sealed class SqliteRow
{
    private readonly (byte[] Bytes, string Text)[] _texts;
    private sqlite3_stmt? _statement;

    public SqliteRow(int columns)
    {
        _texts = new (byte[], string)[columns];
        Array.Fill(_texts, ([], ""));
    }

    /// <summary>Stands where a reader stands, as it moves on.</summary>
    public void Follow(SqliteDataReader reader) => _statement = reader.Handle;

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Integer(int column) => raw.sqlite3_column_int64(_statement, column);

    public int SmallInteger(int column) => checked((int)Integer(column));

    public long? NullableInteger(int column) => IsNull(column) ? null : Integer(column);

    public string Text(int column)
    {
        var bytes = raw.sqlite3_column_blob(_statement, column);
        ref var last = ref _texts[column];
        if (!bytes.SequenceEqual(last.Bytes))
        {
            last = (bytes.ToArray(), Encoding.UTF8.GetString(bytes));
        }

        return last.Text;
    }

    public string? NullableText(int column) => IsNull(column) ? null : Text(column);

    /// <summary>A number that <see cref="NumberText.Column"/> gave.</summary>
    public double Number(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_TEXT
        ? NumberText.FromColumn(Text(column))
        : raw.sqlite3_column_double(_statement, column);

    public double[] Doubles(int column) => NumberText.Doubles(raw.sqlite3_column_blob(_statement, column));

    public int[] Integers(int column) => NumberText.Integers(raw.sqlite3_column_blob(_statement, column));

    /// <summary>A value of any kind, as it can be given to a parameter.</summary>
    public object Value(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_INTEGER ? Integer(column) : Text(column);
}
