using Streaming.Testing;

namespace Cassandra.Driver.Tests;

/// <summary>Statements do what they say: pages, batches, write times, values that are not set, statements that are prepared again.</summary>
public sealed class StatementsTests(Database database)
{
    private const string Readings = "entity text, at int, v double, PRIMARY KEY (entity, at)";

    [Theory]
    [InlineData(ProtocolVersion.V4)]
    [InlineData(ProtocolVersion.V5)]
    public async Task Pages_follow_one_another_without_a_gap_or_a_repetition(ProtocolVersion version)
    {
        const int Rows = 1_050;
        var table = await database.CreateTableAsync(Readings);
        using var cluster = database.Builder().WithMaxProtocolVersion(version).Build();
        var session = await cluster.ConnectAsync();
        Assert.Equal((int)version, session.BinaryProtocolVersion);
        await FillAsync(session, table, Rows);
        var select = await session.PrepareAsync($"SELECT at FROM {table} WHERE entity = ?");

        var byState = new List<int>();
        byte[]? state = null;
        do
        {
            var page = select.Bind("cow");
            page.SetPageSize(100).SetAutoPage(false).SetPagingState(state);
            var rows = await session.ExecuteAsync(page);
            Assert.True(rows.IsFullyFetched);
            Assert.InRange(rows.GetAvailableWithoutFetching(), 0, 100);
            byState.AddRange(rows.Select(row => row.GetValue<int>("at")));
            state = rows.PagingState;
        }
        while (state is not null);

        var byFetch = new List<int>();
        var all = await session.ExecuteAsync(select.Bind("cow").SetPageSize(100));
        Assert.False(all.IsFullyFetched);
        while (true)
        {
            byFetch.AddRange(all.Take(all.GetAvailableWithoutFetching()).Select(row => row.GetValue<int>("at")));
            if (all.IsFullyFetched)
            {
                break;
            }

            await all.FetchMoreResultsAsync();
        }

        Assert.Equal(Enumerable.Range(0, Rows), byState);
        Assert.Equal(Enumerable.Range(0, Rows), byFetch);
    }

    [Theory]
    [InlineData(ProtocolVersion.V4)]
    [InlineData(ProtocolVersion.V5)]
    public async Task A_statement_that_the_server_forgot_is_prepared_again_also_for_many_at_once(ProtocolVersion version)
    {
        var table = await database.CreateTableAsync(Readings);
        using var cluster = database.Builder().WithMaxProtocolVersion(version).Build();
        var session = await cluster.ConnectAsync();
        var insert = await session.PrepareAsync($"INSERT INTO {table} (entity, at, v) VALUES (?, ?, ?)");
        var remove = await session.PrepareAsync($"DELETE FROM {table} WHERE entity = ? AND at = ?");
        await session.ExecuteAsync(insert.Bind("cow", 1, 1.0));

        await database.RunAsync($"DROP TABLE {table}");
        await database.RunAsync($"CREATE TABLE {table} ({Readings})");
        await Task.WhenAll(Enumerable.Range(0, 200).Select(at => session.ExecuteAsync(insert.Bind("cow", at, at * 0.5))));

        Assert.Equal(200L, (await database.RunAsync($"SELECT count(*) AS n FROM {table}")).Single().GetValue<long>("n"));

        await database.RunAsync($"DROP TABLE {table}");
        await database.RunAsync($"CREATE TABLE {table} ({Readings})");
        await session.ExecuteAsync(new BatchStatement().SetBatchType(BatchType.Unlogged).Add(insert.Bind("cow", 1, 1.0)).Add(insert.Bind("cow", 2, 1.0)).Add(remove.Bind("cow", 3)));

        Assert.Equal(2L, (await database.RunAsync($"SELECT count(*) AS n FROM {table}")).Single().GetValue<long>("n"));
    }

    [Theory]
    [InlineData(ProtocolVersion.V4)]
    [InlineData(ProtocolVersion.V5)]
    public async Task A_column_that_came_later_is_read_by_its_name_and_moves_no_other(ProtocolVersion version)
    {
        var table = await database.CreateTableAsync(Readings);
        using var cluster = database.Builder().WithMaxProtocolVersion(version).Build();
        var session = await cluster.ConnectAsync();
        var select = await session.PrepareAsync($"SELECT * FROM {table} WHERE entity = ?");
        await database.RunAsync($"INSERT INTO {table} (entity, at, v) VALUES ('cow', 7, 2.5)");
        Assert.Equal(3, (await session.ExecuteAsync(select.Bind("cow"))).Single().Length);

        await database.RunAsync($"ALTER TABLE {table} ADD added text");
        await database.RunAsync($"INSERT INTO {table} (entity, at, added) VALUES ('cow', 7, 'new')");

        for (var again = 0; again < 3; again++)
        {
            var row = (await session.ExecuteAsync(select.Bind("cow"))).Single();
            Assert.Equal(("cow", 7, 2.5), (row.GetValue<string>("entity"), row.GetValue<int>("at"), row.GetValue<double>("v")));
            if (row.GetColumn("added") is not null)
            {
                Assert.Equal("new", row.GetValue<string>("added"));
            }
        }
    }

    [Fact]
    public async Task The_write_time_decides_which_value_stays_not_the_order()
    {
        var table = await database.CreateTableAsync("id text PRIMARY KEY, v text");
        var session = await database.OpenAsync();
        var insert = await session.PrepareAsync($"INSERT INTO {table} (id, v) VALUES (?, ?)");
        var late = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks(12_340);

        await session.ExecuteAsync(insert.Bind("a", "late").SetTimestamp(late));
        await session.ExecuteAsync(insert.Bind("a", "early").SetTimestamp(late.AddMilliseconds(-1)));
        await session.ExecuteAsync(new BatchStatement().SetBatchType(BatchType.Unlogged).Add(insert.Bind("b", "batch")).SetTimestamp(late));

        var rows = (await database.RunAsync($"SELECT id, v, writetime(v) AS w FROM {table}")).ToDictionary(row => row.GetValue<string>("id"));
        var microseconds = (late - DateTimeOffset.UnixEpoch).Ticks / 10;
        Assert.Equal(("late", microseconds), (rows["a"].GetValue<string>("v"), rows["a"].GetValue<long>("w")));
        Assert.Equal(microseconds, rows["b"].GetValue<long>("w"));
    }

    [Fact]
    public async Task A_value_that_is_not_set_leaves_the_column_as_it_is_and_null_removes_it()
    {
        var table = await database.CreateTableAsync("id text PRIMARY KEY, v text, w text");
        var session = await database.OpenAsync();
        var insert = await session.PrepareAsync($"INSERT INTO {table} (id, v, w) VALUES (?, ?, ?)");
        await session.ExecuteAsync(insert.Bind("a", "v1", "w1"));

        await session.ExecuteAsync(insert.Bind("a", Unset.Value, null));

        var row = (await database.RunAsync($"SELECT v, w FROM {table}")).Single();
        Assert.Equal(("v1", true), (row.GetValue<string>("v"), row.IsNull("w")));
    }

    [Theory]
    [InlineData(ProtocolVersion.V4)]
    [InlineData(ProtocolVersion.V5)]
    public async Task Messages_of_every_size_go_through(ProtocolVersion version)
    {
        var table = await database.CreateTableAsync("id int PRIMARY KEY, b blob");
        using var cluster = database.Builder().WithMaxProtocolVersion(version).Build();
        var session = await cluster.ConnectAsync();
        var insert = await session.PrepareAsync($"INSERT INTO {table} (id, b) VALUES (?, ?)");
        var select = await session.PrepareAsync($"SELECT b FROM {table} WHERE id = ?");

        // Around the 131,071 bytes that a segment holds, and several times that.
        int[] sizes = [0, 1, 65_000, .. Enumerable.Range(130_960, 130), 262_142, 1_000_000, 5_000_000];
        var values = sizes.Select(size => Enumerable.Range(0, size).Select(at => (byte)((at * 31) + size)).ToArray()).ToList();
        await Task.WhenAll(values.Select((value, id) => session.ExecuteAsync(insert.Bind(id, value))));
        var read = await Task.WhenAll(values.Select(async (_, id) => (await session.ExecuteAsync(select.Bind(id))).Single().GetValue<byte[]>("b")));

        Assert.Equal(values, read);
    }

    [Fact]
    public async Task Batches_write_all_of_their_rows_and_one_that_is_too_large_none()
    {
        var table = await database.CreateTableAsync("entity text, at int, v text, PRIMARY KEY (entity, at)");
        var session = await database.OpenAsync();
        var insert = await session.PrepareAsync($"INSERT INTO {table} (entity, at, v) VALUES (?, ?, ?)");
        BatchStatement Of(string entity, int rows, string value)
        {
            var batch = new BatchStatement().SetBatchType(BatchType.Unlogged);
            for (var at = 0; at < rows; at++)
            {
                batch.Add(insert.Bind($"{entity} {at % 2}", at, value));
            }

            return batch.Add(new SimpleStatement($"INSERT INTO {table} (entity, at, v) VALUES (?, ?, ?)", $"{entity} 2", -1, "simple"));
        }

        await session.ExecuteAsync(Of("small", 50, "x"));

        // A batch of one partition has no such limit.
        await Assert.ThrowsAsync<InvalidQueryException>(() => session.ExecuteAsync(Of("large", 50, new string('x', 10_000))));

        var written = (await database.RunAsync($"SELECT entity, at FROM {table}")).ToList();
        Assert.Equal(51, written.Count);
        Assert.All(written, row => Assert.StartsWith("small", row.GetValue<string>("entity"), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Mistakes_are_told_apart()
    {
        var session = await database.OpenAsync();
        var table = await database.CreateTableAsync("id text PRIMARY KEY");

        await Assert.ThrowsAsync<SyntaxError>(() => database.RunAsync("SELEC"));
        await Assert.ThrowsAsync<InvalidQueryException>(() => database.RunAsync($"SELECT nothing FROM {table}"));
        await Assert.ThrowsAsync<InvalidQueryException>(() => session.PrepareAsync($"SELECT id FROM {table}_not_there"));
        await Assert.ThrowsAsync<AlreadyExistsException>(() => database.RunAsync($"CREATE TABLE {table} (id text PRIMARY KEY)"));
        await Assert.ThrowsAsync<UnavailableException>(
            () => session.ExecuteAsync(new SimpleStatement($"SELECT id FROM {table}").SetConsistencyLevel(ConsistencyLevel.Three).SetRetryPolicy(FallthroughRetryPolicy.Instance)));
        using var cluster = database.Builder().Build();
        await Assert.ThrowsAsync<InvalidQueryException>(() => cluster.ConnectAsync(CassandraServer.Unique("no_keyspace")));
    }

    [Fact]
    public async Task A_session_with_a_keyspace_finds_its_tables_without_it()
    {
        var table = await database.CreateTableAsync("id text PRIMARY KEY");
        using var cluster = database.Builder().WithDefaultKeyspace(database.Keyspace).Build();
        var session = await cluster.ConnectAsync();

        await session.ExecuteAsync(new SimpleStatement($"INSERT INTO {table.Split('.')[1]} (id) VALUES ('a')"));

        Assert.Equal(database.Keyspace, session.Keyspace);
        Assert.Single(await database.RunAsync($"SELECT id FROM {table}"));
    }

    private static async Task FillAsync(ISession session, string table, int rows)
    {
        var insert = await session.PrepareAsync($"INSERT INTO {table} (entity, at, v) VALUES (?, ?, ?)");
        await Task.WhenAll(Enumerable.Range(0, rows).Select(at => session.ExecuteAsync(insert.Bind("cow", at, at * 0.5))));
    }
}
