using System.Net;

namespace Cassandra;

/// <summary>Hosts, and who has which partition.</summary>
public sealed class Metadata
{
    private readonly Cluster _cluster;

    internal Metadata(Cluster cluster) => _cluster = cluster;

    /// <summary>A host came or went.</summary>
    public event HostsEventHandler? HostsEvent;

    /// <summary>All hosts that are known.</summary>
    public ICollection<Host> AllHosts() => _cluster.AllHosts();

    /// <summary>The host of an address; null where there is none.</summary>
    public Host? GetHost(IPEndPoint address) => _cluster.GetHost(address);

    /// <summary>The hosts that have a partition of a keyspace.</summary>
    public ICollection<Host> GetReplicas(string keyspaceName, byte[] partitionKey) => _cluster.GetReplicas(keyspaceName, partitionKey);

    /// <summary>Whether all live nodes have the same schema.</summary>
    public Task<bool> CheckSchemaAgreementAsync() => _cluster.Control.IsAgreedAsync();

    internal void Raise(Host host, HostsEventArgs.Kind what) => HostsEvent?.Invoke(this, new HostsEventArgs { Address = host.Address, What = what });
}

/// <summary>Is told that a host came or went.</summary>
public delegate void HostsEventHandler(object sender, HostsEventArgs e);

/// <summary>A host came or went.</summary>
public sealed class HostsEventArgs : EventArgs
{
    /// <summary>Which of both.</summary>
    public enum Kind
    {
        /// <summary>It can be reached.</summary>
        Up,

        /// <summary>The last connection to it was lost.</summary>
        Down,
    }

    /// <summary>The host.</summary>
    public IPEndPoint Address { get; internal init; } = new(IPAddress.None, 0);

    /// <summary>Whether it came or went.</summary>
    public Kind What { get; internal init; }
}
