using System.Net;
using System.Net.Sockets;
using Cassandra;

namespace Streaming.History.Cassandra;

/// <summary>A connected cluster. Every failure of the driver's becomes one of the history's.</summary>
internal sealed class CassandraConnection : IAsyncDisposable
{
    private const int FirstReconnectMillis = 500;
    private const int LongestReconnectMillis = 5000;
    private static readonly TimeSpan AgreementPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AgreementLimit = TimeSpan.FromSeconds(60);

    private readonly Cluster _cluster;

    private CassandraConnection(Cluster cluster, ISession session, CassandraHistoryOptions options)
    {
        _cluster = cluster;
        Session = session;
        Options = options;
    }

    public CassandraHistoryOptions Options { get; }

    public ISession Session { get; }

    /// <summary>Connects.</summary>
    /// <param name="options">They break no rule.</param>
    /// <param name="keyspace">The keyspace to be in; null for none.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="HistoryException">It cannot be done, now or at all.</exception>
    public static async Task<CassandraConnection> OpenAsync(CassandraHistoryOptions options, string? keyspace, CancellationToken cancellation)
    {
        var names = await ResolveAsync(options, cancellation).ConfigureAwait(false);
        var cluster = Build(options, names);
        try
        {
            var connecting = keyspace is null ? cluster.ConnectAsync() : cluster.ConnectAsync(keyspace);
            return new CassandraConnection(cluster, await connecting.WaitAsync(cancellation).ConfigureAwait(false), options);
        }
        catch (Exception failure)
        {
            await cluster.ShutdownAsync().ConfigureAwait(false);
            if (CassandraFaults.Of(failure) is { } fault)
            {
                if (!options.Tls && fault == CassandraFault.Unavailable && await CassandraTls.IsSpokenAsync(names.Select(point => point.Address), cancellation).ConfigureAwait(false))
                {
                    throw new HistoryUnusableException($"Cassandra ({options.ContactPoints}) speaks TLS only; set {CassandraHistoryOptions.Section}:{nameof(CassandraHistoryOptions.Tls)} = true.", failure);
                }

                throw Translate(fault, failure, options, "cannot be reached");
            }

            throw;
        }
    }

    /// <summary>Executes a statement.</summary>
    /// <exception cref="HistoryException">It failed.</exception>
    public Task<RowSet> ExecuteAsync(IStatement statement, CancellationToken cancellation) =>
        AskAsync(() => Session.ExecuteAsync(statement), "did not execute a statement", cancellation);

    /// <summary>Everything that a statement finds, for what is small.</summary>
    /// <exception cref="HistoryException">It failed.</exception>
    public async Task<IReadOnlyList<Row>> ListAsync(string text, ConsistencyLevel consistency, CancellationToken cancellation, params object[] values)
    {
        var found = new List<Row>();
        byte[]? state = null;
        do
        {
            var page = new SimpleStatement(text, values).SetConsistencyLevel(consistency).SetIdempotence(true).SetAutoPage(false);
            var rows = await ExecuteAsync(state is null ? page : page.SetPagingState(state), cancellation).ConfigureAwait(false);
            found.AddRange(rows);
            state = rows.PagingState;
        }
        while (state is not null);
        return found;
    }

    /// <summary>Prepares a statement; it may be executed any number of times.</summary>
    /// <exception cref="HistoryException">It failed.</exception>
    public async Task<PreparedStatement> PrepareAsync(string text, CancellationToken cancellation)
    {
        var prepared = await AskAsync(() => Session.PrepareAsync(text), $"did not accept '{text}'", cancellation).ConfigureAwait(false);
        return prepared.SetIdempotence(true);
    }

    /// <summary>A failure of the driver's as one of the history's.</summary>
    public HistoryException Translate(CassandraFault fault, Exception failure, string what) => Translate(fault, failure, Options, what);

    /// <summary>Completes when all nodes that are up have the same tables.</summary>
    /// <exception cref="HistoryUnavailableException">They have not, after a minute.</exception>
    public async Task AgreeAsync(CancellationToken cancellation)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await AgreesAsync().WaitAsync(cancellation).ConfigureAwait(false))
        {
            if (TimeProvider.System.GetElapsedTime(start) > AgreementLimit)
            {
                throw new HistoryUnavailableException($"the nodes of the cluster do not agree on their tables after {AgreementLimit}; see 'nodetool describecluster', and try again.");
            }

            await Task.Delay(AgreementPause, cancellation).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync() => await _cluster.ShutdownAsync().ConfigureAwait(false);

    // Each node is asked itself: what another has heard of it may be of before a change.
    private async Task<bool> AgreesAsync()
    {
        var versions = await Task.WhenAll(_cluster.AllHosts().Where(host => host.IsUp).Select(VersionAsync)).ConfigureAwait(false);
        return versions.Where(version => version != Guid.Empty).Distinct().Count() == 1;
    }

    private async Task<Guid?> VersionAsync(Host host)
    {
        try
        {
            var asked = new SimpleStatement("SELECT schema_version FROM system.local WHERE key = 'local'").SetHost(host);
            return (await Session.ExecuteAsync(asked).ConfigureAwait(false)).First().GetValue<Guid>(0);
        }
        catch (NoHostAvailableException)
        {
            return Guid.Empty; // it is of another data centre, or has just gone
        }
        catch (DriverException)
        {
            return null; // it is there, and did not say
        }
    }

    // What one node refuses is asked again once all have the same tables: one that was away while they were made does not know them at first.
    private async Task<T> AskAsync<T>(Func<Task<T>> ask, string what, CancellationToken cancellation)
    {
        for (var again = false; ; again = true)
        {
            try
            {
                return await ask().WaitAsync(cancellation).ConfigureAwait(false);
            }
            catch (Exception failure) when (CassandraFaults.Of(failure) is { } fault)
            {
                if (fault != CassandraFault.Refused || again)
                {
                    throw Translate(fault, failure, Options, what);
                }
            }

            await AgreeAsync(cancellation).ConfigureAwait(false);
        }
    }

    private static HistoryException Translate(CassandraFault fault, Exception failure, CassandraHistoryOptions options, string what)
    {
        var told = $"Cassandra ({options.ContactPoints}) {what}: {CassandraFaults.Explain(failure)}";
        return fault == CassandraFault.Unavailable
            ? new HistoryUnavailableException(told, failure)
            : new HistoryUnusableException(told + Remedy(failure), failure);
    }

    private static string Remedy(Exception failure) => failure switch
    {
        NoHostAvailableException none when none.Errors.Values.Any(error => error is global::Cassandra.AuthenticationException || error.InnerException is global::Cassandra.AuthenticationException)
            => $"; check {CassandraHistoryOptions.Section}:{nameof(CassandraHistoryOptions.User)} and {nameof(CassandraHistoryOptions.Password)}",
        UnauthorizedException => "; grant the user what docs/HISTORY.md names",
        _ => "",
    };

    private static Cluster Build(CassandraHistoryOptions options, IReadOnlyList<(IPEndPoint Address, string Name)> points)
    {
        var builder = Cluster.Builder()
            .AddContactPoints([.. points.Select(point => point.Address)])
            .WithPort(points[0].Address.Port)
            .WithApplicationName("streaming-history")
            .WithLoadBalancingPolicy(new TokenAwarePolicy(options.Datacenter.Length == 0 ? new DCAwareRoundRobinPolicy() : new DCAwareRoundRobinPolicy(options.Datacenter)))
            .WithRetryPolicy(NextHostRetryPolicy.Instance)
            .WithReconnectionPolicy(new ExponentialReconnectionPolicy(FirstReconnectMillis, LongestReconnectMillis))
            .WithQueryOptions(new QueryOptions().SetConsistencyLevel(ConsistencyLevel.LocalQuorum).SetSerialConsistencyLevel(ConsistencyLevel.Serial))
            .WithSocketOptions(new SocketOptions().SetConnectTimeoutMillis((int)options.RequestTimeout.TotalMilliseconds).SetReadTimeoutMillis((int)options.RequestTimeout.TotalMilliseconds));
        if (options.User.Length > 0)
        {
            builder.WithCredentials(options.User, options.Password);
        }

        if (options.Tls)
        {
            // The first name of an address counts: of two names for one node either is right.
            builder.WithSSL(CassandraTls.Options(options, points.DistinctBy(point => point.Address.Address).ToDictionary(point => point.Address.Address, point => point.Name)));
        }

        return builder.Build();
    }

    private static async Task<IReadOnlyList<(IPEndPoint Address, string Name)>> ResolveAsync(CassandraHistoryOptions options, CancellationToken cancellation)
    {
        var found = new List<(IPEndPoint, string)>();
        SocketException? failure = null;
        foreach (var point in options.EndPoints())
        {
            try
            {
                var addresses = await Dns.GetHostAddressesAsync(point.Host, cancellation).ConfigureAwait(false);
                found.AddRange(addresses.Select(address => (new IPEndPoint(address, point.Port), point.Host)));
            }
            catch (SocketException unknown)
            {
                failure = unknown;
            }
        }

        return found.Count > 0
            ? found
            : throw new HistoryUnavailableException($"no address is known for any of {CassandraHistoryOptions.Section}:{nameof(CassandraHistoryOptions.ContactPoints)} = '{options.ContactPoints}': {failure?.Message}", failure);
    }
}
