using System.Globalization;
using System.Net;
using Streaming.Testing;

namespace Cassandra.Driver.Tests;

/// <summary>Three nodes: who is asked, and what happens when one of them dies.</summary>
[Trait("Category", "Faults")]
public sealed class ClusterTests(CassandraCluster server)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);

    [Fact]
    public async Task Every_statement_goes_to_the_node_that_has_its_partition()
    {
        await server.StartAsync();
        using var cluster = Database.Describe(server).Build();
        var session = await cluster.ConnectAsync();
        await AllUpAsync(cluster);
        var keyspace = await CreateKeyspaceAsync(session, 1);
        await session.ExecuteAsync(new SimpleStatement($"CREATE TABLE {keyspace}.one (id text PRIMARY KEY, v int)"));
        await session.ExecuteAsync(new SimpleStatement($"CREATE TABLE {keyspace}.two (id text, day int, at int, PRIMARY KEY ((id, day), at))"));
        var one = await session.PrepareAsync($"INSERT INTO {keyspace}.one (v, id) VALUES (?, ?)");
        var two = await session.PrepareAsync($"INSERT INTO {keyspace}.two (at, day, id) VALUES (?, ?, ?)");
        var asked = new Dictionary<string, IPEndPoint>();
        for (var key = 0; key < 200; key++)
        {
            // Of every length, and beyond ASCII: the last bytes of a key are where hashes differ.
            var id = string.Create(CultureInfo.InvariantCulture, $"{new string('k', key % 40)}ü{key}");
            asked["one " + id] = (await session.ExecuteAsync(one.Bind(1, id))).Info.QueriedHost;
            asked["two " + id] = (await session.ExecuteAsync(new BatchStatement().SetBatchType(BatchType.Unlogged).Add(two.Bind(1, key, id)).Add(two.Bind(2, key, id)))).Info.QueriedHost;
        }

        var owners = await OwnersAsync(cluster, session);
        foreach (var table in new[] { ("one", "id"), ("two", "id, day") })
        {
            foreach (var row in await session.ExecuteAsync(new SimpleStatement($"SELECT DISTINCT {table.Item2}, token({table.Item2}) AS t FROM {keyspace}.{table.Item1}")))
            {
                var owner = owners.FirstOrDefault(place => place.Token >= row.GetValue<long>("t"), owners[0]).Host;
                Assert.Equal(owner, asked[$"{table.Item1} {row.GetValue<string>("id")}"]);
            }
        }

        Assert.Equal(3, asked.Values.Distinct().Count());
    }

    [Fact]
    public async Task With_a_node_killed_nothing_that_is_idempotent_fails_and_it_is_used_again_when_it_is_back()
    {
        await server.StartAsync();
        using var cluster = Database.Describe(server).Build();
        var session = await cluster.ConnectAsync();
        await AllUpAsync(cluster);
        var keyspace = await CreateKeyspaceAsync(session, 3);
        await session.ExecuteAsync(new SimpleStatement($"CREATE TABLE {keyspace}.t (id int PRIMARY KEY, v int)"));
        var insert = await session.PrepareAsync($"INSERT INTO {keyspace}.t (id, v) VALUES (?, ?)");
        insert.SetConsistencyLevel(ConsistencyLevel.LocalQuorum).SetIdempotence(true);
        using var stop = new CancellationTokenSource();
        var written = new List<int>();
        var writing = Task.Run(async () =>
        {
            for (var id = 0; !stop.IsCancellationRequested; id += 20)
            {
                await Task.WhenAll(Enumerable.Range(id, 20).Select(one => WriteAsync(session, insert, one)));
                lock (written)
                {
                    written.AddRange(Enumerable.Range(id, 20));
                }
            }
        });
        await WrittenAsync(writing, written, 200);

        var killed = cluster.GetHost(new IPEndPoint(IPAddress.Parse("127.0.0.3"), server.Port))!;
        await server.CrashAsync(2);
        await Eventually.IsTrueAsync(() => !killed.IsUp, Limit, "the killed node is down");
        await WrittenAsync(writing, written, 500);
        Assert.Equal(3, cluster.AllHosts().Count);

        await server.RestartAsync(2);
        await Eventually.IsTrueAsync(() => killed.IsUp, Limit, "the node is up again");
        await Eventually.IsTrueAsync(
            async () => (await WriteAsync(session, insert, -1)).Info.QueriedHost.Equals(killed.Address), Limit, "the node is asked again");
        await stop.CancelAsync();
        await writing.WaitAsync(Limit);

        Assert.Equal(written, (await ReadAllAsync(session, $"SELECT id FROM {keyspace}.t")).Where(id => id >= 0).Order());
    }

    [Fact]
    public async Task The_node_that_tells_of_the_cluster_may_die_too()
    {
        await server.StartAsync();
        using var cluster = Database.Describe(server).Build();
        var session = await cluster.ConnectAsync();
        await AllUpAsync(cluster);

        await server.CrashAsync(0);
        var first = cluster.GetHost(new IPEndPoint(IPAddress.Parse("127.0.0.1"), server.Port))!;
        await Eventually.IsTrueAsync(() => !first.IsUp, Limit, "the killed node is down");
        Assert.Single(await session.ExecuteAsync(new SimpleStatement("SELECT key FROM system.local")));

        await server.RestartAsync(0);
        await Eventually.IsTrueAsync(() => first.IsUp, Limit, "the node is up again");
        await CreateKeyspaceAsync(session, 1);
    }

    private static Task<RowSet> WriteAsync(ISession session, PreparedStatement insert, int id) => TryAsync(() => session.ExecuteAsync(insert.Bind(id, id)));

    private static async Task<List<int>> ReadAllAsync(ISession session, string cql)
    {
        var all = new List<int>();
        byte[]? state = null;
        do
        {
            var from = state;
            var page = await TryAsync(() => session.ExecuteAsync(
                new SimpleStatement(cql).SetConsistencyLevel(ConsistencyLevel.LocalQuorum).SetPageSize(200).SetAutoPage(false).SetPagingState(from)));
            all.AddRange(page.Select(row => row.GetValue<int>("id")));
            state = page.PagingState;
        }
        while (state is not null);
        return all;
    }

    // What replicas had no time for is asked again; a write that was applied all the same then comes to the same.
    private static async Task<RowSet> TryAsync(Func<Task<RowSet>> ask)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ask().WaitAsync(Limit);
            }
            catch (Exception passing) when (attempt < 50 && passing is QueryTimeoutException or UnavailableException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200));
            }
        }
    }

    private static Task WrittenAsync(Task writing, List<int> written, int more)
    {
        int Count()
        {
            lock (written)
            {
                return written.Count;
            }
        }

        var wanted = Count() + more;
        return Eventually.IsTrueAsync(
            async () =>
            {
                if (writing.IsFaulted)
                {
                    await writing;
                }

                return Count() >= wanted;
            },
            Limit,
            $"{more} further rows are written");
    }

    private static Task AllUpAsync(Cluster cluster) =>
        Eventually.IsTrueAsync(() => cluster.AllHosts().Count == 3 && cluster.AllHosts().All(host => host.IsUp), Limit, "three hosts are up");

    private static async Task<string> CreateKeyspaceAsync(ISession session, int replicas)
    {
        var keyspace = CassandraServer.Unique("cluster");
        await session.ExecuteAsync(new SimpleStatement(
            $"CREATE KEYSPACE {keyspace} WITH replication = {{'class': 'NetworkTopologyStrategy', 'datacenter1': {replicas}}}"));
        return keyspace;
    }

    // From the server's own tables, not from the driver's.
    private static async Task<List<(long Token, IPEndPoint Host)>> OwnersAsync(Cluster cluster, ISession session)
    {
        var owners = new List<(long, IPEndPoint)>();
        foreach (var host in cluster.AllHosts())
        {
            var local = await session.ExecuteAsync(new SimpleStatement("SELECT tokens FROM system.local").SetHost(host));
            owners.AddRange(local.Single().GetValue<IEnumerable<string>>("tokens").Select(token => (long.Parse(token, CultureInfo.InvariantCulture), host.Address)));
        }

        return [.. owners.OrderBy(place => place.Item1)];
    }
}
