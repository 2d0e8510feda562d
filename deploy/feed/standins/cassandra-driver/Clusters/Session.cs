using System.Collections.Concurrent;
using System.Net;
using Cassandra.Clusters;
using Cassandra.Connections;
using Cassandra.Wire;

namespace Cassandra;

/// <inheritdoc cref="ISession"/>
public sealed class Session : ISession
{
    private readonly ConcurrentDictionary<Host, HostPool> _pools = new();
    private volatile bool _disposed;

    internal Session(Cluster cluster, string? keyspace)
    {
        Cluster = cluster;
        Keyspace = keyspace;
    }

    /// <inheritdoc/>
    public int BinaryProtocolVersion => Cluster.Control.Version;

    /// <inheritdoc/>
    ICluster ISession.Cluster => Cluster;

    /// <summary>The cluster.</summary>
    public Cluster Cluster { get; }

    /// <inheritdoc/>
    public bool IsDisposed => _disposed;

    /// <inheritdoc/>
    public string? Keyspace { get; }

    internal Configuration Configuration => Cluster.Configuration;

    internal IEnumerable<HostPool> Pools => _pools.Values;

    /// <inheritdoc/>
    public Task<RowSet> ExecuteAsync(IStatement statement)
    {
        ArgumentNullException.ThrowIfNull(statement);
        return ExecuteAsync((Statement)statement, statement.PagingState, statement.AutoPage);
    }

    /// <inheritdoc/>
    public async Task<PreparedStatement> PrepareAsync(string cqlQuery)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var errors = new Dictionary<IPEndPoint, Exception>();
        foreach (var host in Configuration.Policies.LoadBalancingPolicy.NewQueryPlan(Keyspace, null))
        {
            if (PoolOf(host) is not { } pool)
            {
                continue;
            }

            if (pool.Connections.FirstOrDefault() is not { } connection)
            {
                errors[host.Address] = pool.LastError ?? new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.NotConnected);
                continue;
            }

            try
            {
                var answer = (PreparedAnswer)await Preparation.AskAsync(connection, cqlQuery, Configuration).ConfigureAwait(false);
                if (Configuration.QueryOptions.IsPrepareOnAllHosts())
                {
                    await PrepareOnOthersAsync(host, cqlQuery).ConfigureAwait(false);
                }

                return new PreparedStatement(cqlQuery, Keyspace, answer);
            }
            catch (Exception wrong) when (wrong is not (QueryValidationException or QueryExecutionException) or OverloadedException or IsBootstrappingException)
            {
                errors[host.Address] = wrong;
            }
        }

        throw new NoHostAvailableException(errors);
    }

    /// <inheritdoc/>
    public Task ShutdownAsync()
    {
        _disposed = true;
        Cluster.Forget(this);
        foreach (var host in _pools.Keys)
        {
            Remove(host);
        }

        return Task.CompletedTask;
    }

    /// <summary>As <see cref="ShutdownAsync"/>.</summary>
    public void Dispose() => _ = ShutdownAsync();

    internal HostPool? PoolOf(Host host) => _pools.GetValueOrDefault(host);

    internal Task<RowSet> ExecuteAsync(Statement statement, byte[]? pagingState, bool autoPage)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var execution = new RequestExecution(this, statement, pagingState, autoPage);
        execution.TryNext();
        return execution.Task;
    }

    internal async Task OpenAsync()
    {
        await Task.WhenAll(Cluster.AllHosts().Select(AddAsync)).ConfigureAwait(false);
        if (_pools.Values.Any(pool => pool.Connections.Length > 0))
        {
            return;
        }

        var errors = _pools.Where(pool => pool.Value.LastError is not null).ToDictionary(pool => pool.Key.Address, pool => pool.Value.LastError!);
        await ShutdownAsync().ConfigureAwait(false);
        throw errors.Values.OfType<InvalidQueryException>().FirstOrDefault() as Exception ?? new NoHostAvailableException(errors);
    }

    internal async Task AddAsync(Host host)
    {
        var distance = Configuration.Policies.LoadBalancingPolicy.Distance(host);
        if (distance == HostDistance.Ignored || _disposed)
        {
            return;
        }

        var pool = new HostPool(host, Configuration, () => Cluster.Control.Version, Keyspace, Configuration.PoolingOptions.GetCoreConnectionsPerHost(distance));
        pool.UpChanged += Cluster.OnUpChanged;
        if (!_pools.TryAdd(host, pool))
        {
            pool.Dispose();
            return;
        }

        await pool.OpenAsync().ConfigureAwait(false);
        if (_disposed)
        {
            Remove(host);
        }
    }

    internal void Remove(Host host)
    {
        if (_pools.TryRemove(host, out var pool))
        {
            pool.Dispose();
        }
    }

    // What cannot be prepared there now is prepared when it is first executed there.
    private async Task PrepareOnOthersAsync(Host first, string query)
    {
        var others = _pools.Values.Where(pool => !pool.Host.Equals(first)).Select(pool => pool.Connections.FirstOrDefault()).OfType<Connection>();
        try
        {
            await Task.WhenAll(others.Select(connection => Preparation.AskAsync(connection, query, Configuration))).ConfigureAwait(false);
        }
        catch (Exception wrong) when (wrong is not OutOfMemoryException)
        {
            Cluster.LastWarning = wrong;
        }
    }
}
