using Cassandra;
using Streaming.History.Cassandra;
using Streaming.Testing;

namespace Streaming.History.Tests.Cassandra;

/// <summary>A keyspace of one test's own, made when it is first asked for and dropped at the end.</summary>
internal sealed class CassandraKeyspace(CassandraServer server) : IAsyncDisposable
{
    private readonly string _name = CassandraServer.Unique("history")[..40];
    private Cluster? _cluster;
    private ISession? _session;
    private bool _used;

    /// <summary>Options that name it, and make its tables.</summary>
    public async Task<CassandraHistoryOptions> OptionsAsync()
    {
        var address = await server.StartAsync();
        _used = true;
        return new CassandraHistoryOptions { ContactPoints = address, Keyspace = _name, Migrate = true, RequestTimeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>The same cluster past the project's own code.</summary>
    public async Task<ISession> SessionAsync()
    {
        await server.StartAsync();
        _cluster ??= Cluster.Builder().AddContactPoints(server.ContactPoints).WithPort(server.Port).WithSocketOptions(new SocketOptions().SetReadTimeoutMillis(60_000)).Build();
        return _session ??= await _cluster.ConnectAsync();
    }

    /// <summary>The rows of a statement about this keyspace, in which <c>{ks}</c> stands for it.</summary>
    public async Task<List<Row>> QueryAsync(string text, params object[] values) =>
        [.. await (await SessionAsync()).ExecuteAsync(new SimpleStatement(text.Replace("{ks}", _name, StringComparison.Ordinal), values).SetPageSize(5000))];

    public async ValueTask DisposeAsync()
    {
        if (_used)
        {
            await QueryAsync("DROP KEYSPACE IF EXISTS {ks}");
        }

        if (_cluster is not null)
        {
            await _cluster.ShutdownAsync();
        }
    }
}
