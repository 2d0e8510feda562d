using Microsoft.Data.Sqlite;

namespace Streaming.Native.Tests;

public sealed class SqliteTests
{
    // GHSA-2m69-gcr7-jv3q, a memory fault by more aggregates than columns, is mended from here on.
    private static readonly Version FirstPatched = new(3, 50, 2);

    [Fact]
    public void A_row_comes_back_as_it_was_written()
    {
        using var connection = Open();
        Execute(connection, "CREATE TABLE reading (entity TEXT, time INTEGER, value REAL, raw BLOB)");
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO reading VALUES ($entity, $time, $value, $raw)";
        insert.Parameters.AddWithValue("$entity", "kuh-Ä");
        insert.Parameters.AddWithValue("$time", long.MaxValue);
        insert.Parameters.AddWithValue("$value", double.BitIncrement(38.5));
        insert.Parameters.AddWithValue("$raw", new byte[] { 0, 1, 255 });
        insert.ExecuteNonQuery();

        using var select = connection.CreateCommand();
        select.CommandText = "SELECT entity, time, value, raw FROM reading";
        using var row = select.ExecuteReader();

        Assert.True(row.Read());
        Assert.Equal("kuh-Ä", row.GetString(0));
        Assert.Equal(long.MaxValue, row.GetInt64(1));
        Assert.Equal(double.BitIncrement(38.5), row.GetDouble(2));
        Assert.Equal(new byte[] { 0, 1, 255 }, row.GetFieldValue<byte[]>(3));
        Assert.False(row.Read());
    }

    [Fact]
    public void The_library_has_the_fix_for_the_known_advisory()
    {
        using var connection = Open();

        var version = Version.Parse(connection.ServerVersion);

        Assert.True(version >= FirstPatched, $"SQLite is {version}; it must be {FirstPatched} or later.");
    }

    private static SqliteConnection Open()
    {
        var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string statement)
    {
        using var command = connection.CreateCommand();
        command.CommandText = statement;
        command.ExecuteNonQuery();
    }
}
