using System.Net;
using Cassandra.Clusters;
using Cassandra.Connections;
using Cassandra.Routing;
using Cassandra.Wire;

namespace Cassandra;

/// <inheritdoc cref="ICluster"/>
public sealed class Cluster : ICluster
{
    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(100);
    private readonly SemaphoreSlim _beginning = new(1);
    private readonly object _gate = new();
    private ITimer? _watch;
    private Host[] _hosts = [];
    private Session[] _sessions = [];
    private bool _begun;
    private volatile bool _disposed;

    internal Cluster(Configuration configuration)
    {
        Configuration = configuration;
        Metadata = new Metadata(this);
        Control = new ControlConnection(this);
    }

    /// <inheritdoc/>
    public event Action<Host>? HostAdded;

    /// <inheritdoc/>
    public event Action<Host>? HostRemoved;

    /// <inheritdoc/>
    public Metadata Metadata { get; }

    /// <inheritdoc/>
    public Configuration Configuration { get; }

    internal ControlConnection Control { get; }

    internal TokenMap Tokens { get; set; } = TokenMap.Empty;

    /// <summary>The data centre of the host that was reached first.</summary>
    internal string? FirstDatacenter { get; set; }

    /// <summary>The last thing that failed without hurting anybody, for a debugger.</summary>
    internal Exception? LastWarning { get; set; }

    /// <summary>Begins to describe a cluster.</summary>
    public static Builder Builder() => new();

    /// <inheritdoc/>
    public ICollection<Host> AllHosts() => Volatile.Read(ref _hosts);

    /// <inheritdoc/>
    public Host? GetHost(IPEndPoint address) => Array.Find(Volatile.Read(ref _hosts), host => host.Address.Equals(address));

    /// <inheritdoc/>
    public ICollection<Host> GetReplicas(string keyspace, byte[] partitionKey) => ReplicasOf(keyspace, partitionKey);

    /// <inheritdoc/>
    public Task<ISession> ConnectAsync() => ConnectCoreAsync(Configuration.DefaultKeyspace);

    /// <inheritdoc/>
    public Task<ISession> ConnectAsync(string keyspace) => ConnectCoreAsync(keyspace);

    /// <inheritdoc/>
    public async Task<bool> RefreshSchemaAsync(string? keyspace = null, string? table = null)
    {
        await BeginAsync().ConfigureAwait(false);
        await Control.RefreshAsync().ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async Task ShutdownAsync(int timeoutMs = Timeout.Infinite)
    {
        _disposed = true;
        _watch?.Dispose();
        Control.Dispose();
        foreach (var session in Volatile.Read(ref _sessions))
        {
            await session.ShutdownAsync().ConfigureAwait(false);
        }
    }

    /// <summary>As <see cref="ShutdownAsync"/>.</summary>
    public void Dispose()
    {
        _ = ShutdownAsync();
        _beginning.Dispose();
    }

    internal Host[] ReplicasOf(string? keyspace, ReadOnlySpan<byte> key) => Tokens.ReplicasOf(keyspace, key);

    internal void Forget(Session session)
    {
        lock (_gate)
        {
            _sessions = [.. _sessions.Where(other => other != session)];
        }
    }

    internal void OnUpChanged(HostPool pool, bool up)
    {
        if (pool.Host.SetUp(up))
        {
            Metadata.Raise(pool.Host, up ? HostsEventArgs.Kind.Up : HostsEventArgs.Kind.Down);
        }
    }

    /// <summary>Takes over what was found; sessions connect to new hosts and leave those that are gone.</summary>
    internal void SetHosts(IReadOnlyCollection<Host> found)
    {
        var before = Volatile.Read(ref _hosts);
        var added = found.Where(host => Array.IndexOf(before, host) < 0).ToList();
        var removed = before.Where(host => !found.Contains(host)).ToList();
        if (added.Count + removed.Count == 0)
        {
            return;
        }

        Volatile.Write(ref _hosts, [.. before.Except(removed), .. added]);
        foreach (var session in Volatile.Read(ref _sessions))
        {
            removed.ForEach(session.Remove);
            added.ForEach(host => _ = session.AddAsync(host));
        }

        added.ForEach(host => HostAdded?.Invoke(host));
        removed.ForEach(host => HostRemoved?.Invoke(host));
    }

    /// <summary>A host is said to be there again.</summary>
    internal void Hurry(IPEndPoint address)
    {
        foreach (var pool in Volatile.Read(ref _sessions).SelectMany(session => session.Pools).Where(pool => pool.Host.Address.Equals(address)))
        {
            pool.Hurry();
        }
    }

    private async Task<ISession> ConnectCoreAsync(string? keyspace)
    {
        await BeginAsync().ConfigureAwait(false);
        var session = new Session(this, keyspace);
        lock (_gate)
        {
            _sessions = [.. _sessions, session];
        }

        await session.OpenAsync().ConfigureAwait(false);
        return session;
    }

    private async Task BeginAsync()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        await _beginning.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_begun)
            {
                return;
            }

            await Control.BeginAsync().ConfigureAwait(false);
            Configuration.Policies.LoadBalancingPolicy.Initialize(this);
            _watch = TimeProvider.System.CreateTimer(_ => LookAfterConnections(), null, Watch, Watch);
            _begun = true;
        }
        finally
        {
            _beginning.Release();
        }
    }

    private void LookAfterConnections()
    {
        var due = new List<(IOperation, int)>();
        var socket = Configuration.SocketOptions;
        var quiet = Configuration.PoolingOptions.GetHeartBeatInterval() ?? 0;
        foreach (var connection in Volatile.Read(ref _sessions).SelectMany(session => session.Pools).SelectMany(pool => pool.Connections).Append(Control.Connection))
        {
            if (connection is null)
            {
                continue;
            }

            connection.GiveUpDue(due, socket.DefunctReadTimeoutThreshold);
            if (quiet > 0 && connection.Quiet.TotalMilliseconds > quiet && !connection.IsTried && !connection.IsClosed)
            {
                connection.IsTried = true;
                _ = TryOutAsync(connection, socket.ReadTimeoutMillis);
            }
        }
    }

    private static async Task TryOutAsync(Connection connection, int timeoutMillis)
    {
        try
        {
            await connection.AskAsync(Opcode.Options, static (_, _) => { }, timeoutMillis).ConfigureAwait(false);
        }
        catch (BusyPoolException)
        {
            // Whoever has that much in flight is told by their own time-outs.
            connection.IsTried = false;
            return;
        }
        catch (Exception wrong)
        {
            connection.Close(wrong);
        }

        connection.IsTried = false;
    }
}
