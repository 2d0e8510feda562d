using System.Diagnostics;
using System.Net;

namespace Cassandra.Driver.Tests;

/// <summary>What goes wrong between the driver and a server is told, is over in time, and does not last.</summary>
public sealed class ConnectionsTests(Database database)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task A_server_without_version_5_is_spoken_to_in_version_4()
    {
        await database.OpenAsync();
        await using var relay = new Relay(database.Port) { RefusesVersion5 = true };
        using var cluster = database.Builder().WithPort(relay.Port).Build();

        var session = await cluster.ConnectAsync();

        Assert.Equal(4, session.BinaryProtocolVersion);
        Assert.Single(await session.ExecuteAsync(new SimpleStatement("SELECT key FROM system.local")));
    }

    [Fact]
    public async Task Where_nothing_listens_every_host_is_named_with_its_reason()
    {
        await database.OpenAsync();
        var port = Streaming.Testing.Ports.Take();
        using var cluster = Cluster.Builder().AddContactPoints("127.0.0.1", "127.0.0.2").WithPort(port).Build();

        var failure = await Assert.ThrowsAsync<NoHostAvailableException>(() => cluster.ConnectAsync());

        Assert.Equal(
            [new IPEndPoint(IPAddress.Parse("127.0.0.1"), port), new IPEndPoint(IPAddress.Parse("127.0.0.2"), port)],
            failure.Errors.Keys.OrderBy(host => host.ToString()));
    }

    [Fact]
    public async Task One_contact_point_that_answers_is_enough()
    {
        await database.OpenAsync();
        using var cluster = Cluster.Builder()
            .AddContactPoint(new IPEndPoint(IPAddress.Loopback, Streaming.Testing.Ports.Take()))
            .AddContactPoint(new IPEndPoint(IPAddress.Loopback, database.Port))
            .WithPort(database.Port)
            .Build();

        var session = await cluster.ConnectAsync();

        Assert.Single(await session.ExecuteAsync(new SimpleStatement("SELECT key FROM system.local")));
    }

    [Fact]
    public async Task Thousands_in_flight_all_arrive_and_what_is_too_many_for_a_connection_is_refused()
    {
        var table = await database.CreateTableAsync("id int PRIMARY KEY, v int");
        await using var relay = new Relay(database.Port);
        using var cluster = database.Builder().WithPort(relay.Port).WithPoolingOptions(PoolingOptionsOf(1_000)).Build();
        var session = await cluster.ConnectAsync();
        var insert = await session.PrepareAsync($"INSERT INTO {table} (id, v) VALUES (?, ?)");

        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(id => session.ExecuteAsync(insert.Bind(id, id))));

        // However fast the server is: it answers none of them before all have been asked.
        relay.Mute();
        var asked = Enumerable.Range(0, 5_000).Select(async id =>
        {
            try
            {
                await session.ExecuteAsync(insert.Bind(id, id + 1));
                return true;
            }
            catch (NoHostAvailableException full)
            {
                Assert.IsType<BusyPoolException>(full.Errors.Values.Single());
                return false;
            }
        }).ToArray();
        await Eventually.IsTrueAsync(() => asked.Any(one => one.IsCompletedSuccessfully), Limit, "one was refused");
        relay.Unmute();
        var outcomes = await Task.WhenAll(asked);

        Assert.Contains(true, outcomes);
        Assert.Contains(false, outcomes);
        var read = (await database.Session().ExecuteAsync(new SimpleStatement($"SELECT id, v FROM {table}").SetPageSize(10_000)))
            .ToDictionary(row => row.GetValue<int>("id"), row => row.GetValue<int>("v"));
        Assert.All(Enumerable.Range(0, 5_000).Where(id => outcomes[id]), id => Assert.Equal(id + 1, read[id]));
    }

    [Fact]
    public async Task An_answer_that_stays_away_ends_in_a_time_out_and_what_follows_is_not_mixed_up_with_it()
    {
        await database.OpenAsync();
        await using var relay = new Relay(database.Port);
        using var cluster = database.Builder().WithPort(relay.Port).WithRetryPolicy(FallthroughRetryPolicy.Instance).Build();
        var session = await cluster.ConnectAsync();
        relay.Mute();

        var watch = Stopwatch.StartNew();
        var asked = session.ExecuteAsync(new SimpleStatement("SELECT (text)'first' AS v FROM system.local").SetReadTimeoutMillis(300));
        await Assert.ThrowsAsync<OperationTimedOutException>(() => asked.WaitAsync(Limit));
        Assert.InRange(watch.Elapsed, TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(20));

        relay.Unmute();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            async at => (await session.ExecuteAsync(new SimpleStatement($"SELECT (text)'{at}' AS v FROM system.local"))).Single().GetValue<string>("v")));
        Assert.Equal(Enumerable.Range(0, 100).Select(at => $"{at}"), answers);
    }

    [Fact]
    public async Task A_caller_who_goes_away_disturbs_nobody()
    {
        await database.OpenAsync();
        await using var relay = new Relay(database.Port);
        using var cluster = database.Builder().WithPort(relay.Port).Build();
        var session = await cluster.ConnectAsync();
        relay.Mute();

        using var gone = new CancellationTokenSource();
        var asked = session.ExecuteAsync(new SimpleStatement("SELECT key FROM system.local")).WaitAsync(gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);

        relay.Unmute();
        Assert.Single(await session.ExecuteAsync(new SimpleStatement("SELECT key FROM system.local")).WaitAsync(Limit));
    }

    [Fact]
    public async Task After_a_cut_connection_the_host_is_down_and_then_up_again_by_itself()
    {
        await database.OpenAsync();
        var port = Streaming.Testing.Ports.Take(); // a port that stays ours while nobody listens
        var relay = new Relay(database.Port, port);
        using var cluster = database.Builder().WithPort(port).Build();
        var session = await cluster.ConnectAsync();
        var host = cluster.AllHosts().Single();
        Assert.True(host.IsUp);

        await relay.DisposeAsync();
        await Eventually.IsTrueAsync(() => !host.IsUp, Limit, "the host is down");
        await Assert.ThrowsAsync<NoHostAvailableException>(() => session.ExecuteAsync(new SimpleStatement("SELECT key FROM system.local")).WaitAsync(Limit));

        await using var back = new Relay(database.Port, port);
        await Eventually.IsTrueAsync(() => host.IsUp, Limit, "the host is up again");
        Assert.Single(await session.ExecuteAsync(new SimpleStatement("SELECT key FROM system.local")).WaitAsync(Limit));
    }

    private static PoolingOptions PoolingOptionsOf(int requests) => new PoolingOptions()
        .SetCoreConnectionsPerHost(HostDistance.Local, 1)
        .SetMaxConnectionsPerHost(HostDistance.Local, 1)
        .SetMaxRequestsPerConnection(requests);
}
