using Streaming.Testing;

[assembly: AssemblyFixture(typeof(Cassandra.Driver.Tests.Database))]
[assembly: AssemblyFixture(typeof(SecureCassandraServer))]
[assembly: AssemblyFixture(typeof(CassandraCluster))]

namespace Cassandra.Driver.Tests;

/// <summary>The shared node, one session on it, and a keyspace in which each test makes tables of its own.</summary>
public sealed class Database : IAsyncLifetime
{
    private readonly SemaphoreSlim _opening = new(1);
    private readonly CassandraServer _server = new();
    private readonly string _keyspace = CassandraServer.Unique("driver");
    private Cluster? _cluster;
    private ISession? _session;

    public int Port => _server.Port;

    public string ContactPoint => _server.ContactPoints[0];

    public string Keyspace => _keyspace;

    /// <summary>How every test here connects: an answer that stays away fails the test, not the run.</summary>
    public Builder Builder() => Describe(_server);

    /// <summary>The session, once it is open.</summary>
    public ISession Session() => _session ?? throw new InvalidOperationException("OpenAsync comes first.");

    public static Builder Describe(CassandraServer server) => Cluster.Builder()
        .AddContactPoints(server.ContactPoints)
        .WithPort(server.Port)
        .WithSocketOptions(new SocketOptions().SetReadTimeoutMillis(30_000).SetConnectTimeoutMillis(30_000))
        .WithMaxSchemaAgreementWaitSeconds(90)
        .WithReconnectionPolicy(new ExponentialReconnectionPolicy(100, 1_000));

    /// <summary>The session; skips the running test where there is no server.</summary>
    public async Task<ISession> OpenAsync()
    {
        await _opening.WaitAsync();
        try
        {
            if (_session is null)
            {
                await _server.StartAsync();
                _cluster = Builder().Build();
                _session = await _cluster.ConnectAsync();
                await RunAsync($"CREATE KEYSPACE {_keyspace} WITH replication = {{'class': 'SimpleStrategy', 'replication_factor': 1}}");
            }

            return _session;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>Makes a table.</summary>
    /// <returns>Its name, with the keyspace.</returns>
    public async Task<string> CreateTableAsync(string columns)
    {
        await OpenAsync();
        var table = $"{_keyspace}.{CassandraServer.Unique("t")}";
        await RunAsync($"CREATE TABLE {table} ({columns})");
        return table;
    }

    public Task<RowSet> RunAsync(string cql) => _session!.ExecuteAsync(new SimpleStatement(cql));

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null)
        {
            await _cluster.ShutdownAsync();
        }

        await _server.DisposeAsync();
        _opening.Dispose();
    }
}
