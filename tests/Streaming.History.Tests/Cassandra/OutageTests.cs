using Streaming.History.Cassandra;
using Streaming.History.Rows;
using Streaming.History.Writer;
using Streaming.Testing;

namespace Streaming.History.Tests.Cassandra;

/// <summary>A server that dies, stops or is overloaded in the middle of writes.</summary>
[Trait("Category", "Faults")]
public sealed class OutageTests(CassandraServer server) : IClassFixture<CassandraServer>, IAsyncLifetime
{
    private const int Count = 6000;
    private readonly CassandraKeyspace _keyspace = new(server);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _keyspace.DisposeAsync();

    [Fact]
    public async Task Nothing_is_lost_and_nothing_is_there_twice_when_the_server_is_killed_in_the_middle_and_comes_back()
    {
        var writing = await WriteAsync(options => options.GiveUpAfter = TimeSpan.FromSeconds(3), async struck =>
        {
            await server.CrashAsync();
            struck.SetResult();
            await Task.Delay(TimeSpan.FromSeconds(6), Ending);
            await server.RestartAsync();
        });

        Assert.True(writing.Outages > 0, "the server was away for longer than the writer is patient");
        Assert.Equal(Count, (await _keyspace.DigestsAsync()).Count);
    }

    [Fact]
    public async Task A_server_that_stands_still_for_a_minute_is_waited_for()
    {
        var writing = await WriteAsync(options => (options.GiveUpAfter, options.RequestTimeout) = (TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5)), async struck =>
        {
            await server.FreezeAsync();
            struck.SetResult();
            await Task.Delay(TimeSpan.FromSeconds(60), Ending);
            await server.ThawAsync();
        });

        Assert.True(writing.Outages > 0, "the server stood still for longer than the writer is patient");
        Assert.Equal(Count, (await _keyspace.DigestsAsync()).Count);
    }

    private sealed record Writing(int Outages);

    /// <summary>Writes rows as the sink does, part by part and again after an outage; the fault strikes while the part behind the first third is written, and at the latest before the next.</summary>
    private async Task<Writing> WriteAsync(Action<CassandraHistoryOptions> choose, Func<TaskCompletionSource, Task> fault)
    {
        var options = await _keyspace.OptionsAsync();
        choose(options);
        await using var history = await CassandraHistory.OpenAsync(options, cancellation: Ending);
        var parts = SampleRows.Of(seed: 31, Count).Chunk(100).ToArray();
        var struck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var faulty = Task.CompletedTask;
        var outages = 0;
        for (var part = 0; part < parts.Length; part++)
        {
            if (part == parts.Length / 3)
            {
                faulty = Task.Run(() => fault(struck), Ending);
            }

            outages += await PersistAsync(history, parts[part]);
            if (part == parts.Length / 3)
            {
                await Task.WhenAny(struck.Task, faulty);
            }
        }

        await faulty;
        return new Writing(outages);
    }

    private static async Task<int> PersistAsync(CassandraHistory history, HistoryRow[] rows)
    {
        for (var outages = 0; ; outages++)
        {
            try
            {
                Assert.Empty(await history.WriteAsync(rows, Ending));
                return outages;
            }
            catch (HistoryUnavailableException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), Ending);
            }
        }
    }
}

/// <summary>A server that takes hardly anything at a time.</summary>
public sealed class NarrowCassandraServer() : CassandraServer(
    1, "--set", "native_transport_max_request_data_in_flight_per_ip: 2KiB", "--set", "native_transport_max_request_data_in_flight: 2KiB", "--set", "concurrent_writes: 2")
{
}

[Trait("Category", "Faults")]
public sealed class OverloadTests(NarrowCassandraServer server) : IClassFixture<NarrowCassandraServer>, IAsyncLifetime
{
    private readonly CassandraKeyspace _keyspace = new(server);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _keyspace.DisposeAsync();

    [Theory]
    [InlineData(1)]
    [InlineData(2000)]
    public async Task Everything_arrives_at_a_server_that_takes_hardly_anything_at_a_time(int inFlight)
    {
        var options = await _keyspace.OptionsAsync();
        options.MaxInFlight = inFlight;
        await using var history = await CassandraHistory.OpenAsync(options, cancellation: Ending);

        Assert.Empty(await history.WriteAsync(SampleRows.Of(seed: 32, count: 3000), Ending));

        Assert.Equal(3000, (await _keyspace.DigestsAsync()).Count);
    }
}

/// <summary>A cluster of three with three replicas of everything, of which some are down.</summary>
[Trait("Category", "Faults")]
public sealed class ClusterTests(CassandraCluster cluster) : IClassFixture<CassandraCluster>, IAsyncLifetime
{
    private readonly CassandraKeyspace _keyspace = new(cluster);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _keyspace.DisposeAsync();

    [Fact]
    public async Task One_node_down_is_not_noticed_and_two_down_are_waited_for_without_loss()
    {
        var options = await _keyspace.OptionsAsync();
        (options.Replication, options.GiveUpAfter) = ("3", TimeSpan.FromSeconds(5));
        await using var history = await CassandraHistory.OpenAsync(options, cancellation: Ending);
        var rows = SampleRows.Of(seed: 33, count: 3000);
        Assert.Empty(await history.WriteAsync(rows[..1000], Ending));

        await cluster.CrashAsync(2);
        Assert.Empty(await PersistAsync(history, rows[1000..2000], TimeSpan.FromSeconds(60)));

        await cluster.CrashAsync(1);
        await Assert.ThrowsAsync<HistoryUnavailableException>(() => history.WriteAsync(rows[2000..], Ending));

        await cluster.RestartAsync(1);
        Assert.Empty(await PersistAsync(history, rows[2000..], TimeSpan.FromMinutes(3)));
        await cluster.RestartAsync(2);
        Assert.Equal(3000, (await _keyspace.DigestsAsync()).Count);
    }

    private static async Task<IReadOnlyList<RefusedRow>> PersistAsync(CassandraHistory history, IReadOnlyList<HistoryRow> rows, TimeSpan patience)
    {
        using var limit = new CancellationTokenSource(patience);
        while (true)
        {
            try
            {
                return await history.WriteAsync(rows, limit.Token);
            }
            catch (HistoryUnavailableException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(500), limit.Token);
            }
        }
    }
}
