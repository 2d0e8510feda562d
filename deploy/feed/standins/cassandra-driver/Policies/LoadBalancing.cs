namespace Cassandra;

/// <summary>Chooses the hosts of a statement, in order.</summary>
public interface ILoadBalancingPolicy
{
    /// <summary>Called once, before anything else.</summary>
    void Initialize(ICluster cluster);

    /// <summary>How far a host is; hosts that are ignored get no connection.</summary>
    HostDistance Distance(Host host);

    /// <summary>The hosts to try, in order.</summary>
    IEnumerable<Host> NewQueryPlan(string? keyspace, IStatement? query);
}

/// <summary>All hosts in turn.</summary>
public sealed class RoundRobinPolicy : ILoadBalancingPolicy
{
    private ICluster? _cluster;
    private int _next;

    /// <inheritdoc/>
    public void Initialize(ICluster cluster) => _cluster = cluster;

    /// <inheritdoc/>
    public HostDistance Distance(Host host) => HostDistance.Local;

    /// <inheritdoc/>
    public IEnumerable<Host> NewQueryPlan(string? keyspace, IStatement? query)
    {
        var hosts = _cluster!.AllHosts().ToArray();
        var first = (int)((uint)Interlocked.Increment(ref _next) % (uint)Math.Max(1, hosts.Length));
        for (var at = 0; at < hosts.Length; at++)
        {
            yield return hosts[(first + at) % hosts.Length];
        }
    }
}

/// <summary>The hosts of one data centre in turn; others are ignored.</summary>
public sealed class DCAwareRoundRobinPolicy : ILoadBalancingPolicy
{
    private readonly object _gate = new();
    private ICluster? _cluster;
    private string? _localDc;
    private ICollection<Host>? _seen;
    private Host[] _local = [];
    private int _next;

    /// <summary>Of the data centre of the first host that is reached.</summary>
    public DCAwareRoundRobinPolicy()
    {
    }

    /// <summary>Of a data centre.</summary>
    public DCAwareRoundRobinPolicy(string localDc)
    {
        ArgumentException.ThrowIfNullOrEmpty(localDc);
        _localDc = localDc;
    }

    /// <summary>The data centre.</summary>
    public string? LocalDc => _localDc;

    /// <inheritdoc/>
    public void Initialize(ICluster cluster)
    {
        _cluster = cluster;
        var centres = cluster.AllHosts().Select(host => host.Datacenter).Where(name => name is not null).Distinct().ToList();
        if (_localDc is null)
        {
            _localDc = ((Cluster)cluster).FirstDatacenter;
        }
        else if (!centres.Contains(_localDc))
        {
            throw new ArgumentException($"Datacenter {_localDc} does not match any of the nodes, available datacenters: {string.Join(",", centres)}.");
        }
    }

    /// <inheritdoc/>
    public HostDistance Distance(Host host) => (host.Datacenter ?? _localDc) == _localDc ? HostDistance.Local : HostDistance.Ignored;

    /// <inheritdoc/>
    public IEnumerable<Host> NewQueryPlan(string? keyspace, IStatement? query)
    {
        var hosts = LocalHosts();
        var first = (int)((uint)Interlocked.Increment(ref _next) % (uint)Math.Max(1, hosts.Length));
        for (var at = 0; at < hosts.Length; at++)
        {
            yield return hosts[(first + at) % hosts.Length];
        }
    }

    // The cluster gives the same collection until its hosts change.
    private Host[] LocalHosts()
    {
        var all = _cluster!.AllHosts();
        lock (_gate)
        {
            if (!ReferenceEquals(all, _seen))
            {
                _local = [.. all.Where(host => Distance(host) == HostDistance.Local)];
                _seen = all;
            }

            return _local;
        }
    }
}

/// <summary>The replicas of a statement's partition first, in a changing order; then another policy's hosts.</summary>
public sealed class TokenAwarePolicy(ILoadBalancingPolicy childPolicy) : ILoadBalancingPolicy
{
    private readonly ILoadBalancingPolicy _child = childPolicy;
    private ICluster? _cluster;
    private int _next;

    /// <inheritdoc/>
    public void Initialize(ICluster cluster)
    {
        _cluster = cluster;
        _child.Initialize(cluster);
    }

    /// <inheritdoc/>
    public HostDistance Distance(Host host) => _child.Distance(host);

    /// <inheritdoc/>
    public IEnumerable<Host> NewQueryPlan(string? keyspace, IStatement? query)
    {
        var key = query?.RoutingKey;
        if (key is null)
        {
            return _child.NewQueryPlan(keyspace, query);
        }

        var replicas = ((Cluster)_cluster!).ReplicasOf(query!.Keyspace ?? keyspace, key.RawRoutingKey);
        return replicas.Length == 0 ? _child.NewQueryPlan(keyspace, query) : Plan(replicas, keyspace, query);
    }

    private IEnumerable<Host> Plan(Host[] replicas, string? keyspace, IStatement query)
    {
        var first = (int)((uint)Interlocked.Increment(ref _next) % (uint)replicas.Length);
        for (var at = 0; at < replicas.Length; at++)
        {
            var replica = replicas[(first + at) % replicas.Length];
            if (_child.Distance(replica) == HostDistance.Local)
            {
                yield return replica;
            }
        }

        foreach (var host in _child.NewQueryPlan(keyspace, query))
        {
            if (Array.IndexOf(replicas, host) < 0 || _child.Distance(host) != HostDistance.Local)
            {
                yield return host;
            }
        }
    }
}
