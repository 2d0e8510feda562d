using System.Net;

namespace Cassandra;

/// <summary>What is known of a cluster, and the way to it.</summary>
public interface ICluster : IDisposable
{
    /// <summary>A host was found.</summary>
    event Action<Host> HostAdded;

    /// <summary>A host left.</summary>
    event Action<Host> HostRemoved;

    /// <summary>Hosts, and who has which partition.</summary>
    Metadata Metadata { get; }

    /// <summary>What it was built with.</summary>
    Configuration Configuration { get; }

    /// <summary>All hosts that are known; the same collection until it changes.</summary>
    ICollection<Host> AllHosts();

    /// <summary>The host of an address; null where there is none.</summary>
    Host? GetHost(IPEndPoint address);

    /// <summary>The hosts that have a partition of a keyspace.</summary>
    ICollection<Host> GetReplicas(string keyspace, byte[] partitionKey);

    /// <summary>Connects, with the default keyspace.</summary>
    /// <exception cref="NoHostAvailableException">No host could be reached; it says why.</exception>
    Task<ISession> ConnectAsync();

    /// <summary>Connects, with a keyspace.</summary>
    /// <exception cref="NoHostAvailableException">No host could be reached; it says why.</exception>
    /// <exception cref="InvalidQueryException">There is no such keyspace.</exception>
    Task<ISession> ConnectAsync(string keyspace);

    /// <summary>Asks anew for hosts and keyspaces.</summary>
    Task<bool> RefreshSchemaAsync(string? keyspace = null, string? table = null);

    /// <summary>Closes all sessions.</summary>
    Task ShutdownAsync(int timeoutMs = Timeout.Infinite);
}
