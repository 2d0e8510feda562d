namespace Cassandra;

/// <summary>Connections to a cluster's hosts, on which statements are executed. Safe for many callers at once; one for a process is enough.</summary>
public interface ISession : IDisposable
{
    /// <summary>The version of the protocol that is spoken.</summary>
    int BinaryProtocolVersion { get; }

    /// <summary>The cluster.</summary>
    ICluster Cluster { get; }

    /// <summary>Whether it was shut down.</summary>
    bool IsDisposed { get; }

    /// <summary>The keyspace of names without one; null for none.</summary>
    string? Keyspace { get; }

    /// <summary>Executes a statement.</summary>
    /// <exception cref="NoHostAvailableException">No host could be asked.</exception>
    Task<RowSet> ExecuteAsync(IStatement statement);

    /// <summary>Prepares a statement.</summary>
    Task<PreparedStatement> PrepareAsync(string cqlQuery);

    /// <summary>Closes the connections; what is in flight fails.</summary>
    Task ShutdownAsync();
}
