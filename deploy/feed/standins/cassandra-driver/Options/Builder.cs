using System.Net;

namespace Cassandra;

/// <summary>Builds a cluster object.</summary>
public sealed class Builder
{
    private const int DefaultPort = 9042;
    private const int DefaultSchemaAgreementSeconds = 10;
    private readonly List<IPEndPoint> _addresses = [];
    private readonly List<string> _names = [];
    private QueryOptions _query = new();
    private SocketOptions _socket = new();
    private PoolingOptions _pooling = new();
    private SSLOptions? _ssl;
    private (string, string)? _credentials;
    private ILoadBalancingPolicy? _loadBalancing;
    private IReconnectionPolicy? _reconnection;
    private IRetryPolicy? _retry;
    private ITimestampGenerator? _timestamps;
    private string? _keyspace;
    private string? _application;
    private ProtocolVersion _version = ProtocolVersion.MaxSupported;
    private int _schemaAgreementSeconds = DefaultSchemaAgreementSeconds;
    private int _port = DefaultPort;

    internal Builder()
    {
    }

    /// <summary>Adds a host to begin with, by address or name.</summary>
    public Builder AddContactPoint(string address)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        _names.Add(address);
        return this;
    }

    /// <summary>Adds a host to begin with.</summary>
    public Builder AddContactPoint(IPEndPoint address)
    {
        _addresses.Add(address);
        return this;
    }

    /// <summary>Adds hosts to begin with, by address or name.</summary>
    public Builder AddContactPoints(params string[] addresses) => AddContactPoints((IEnumerable<string>)addresses);

    /// <summary>Adds hosts to begin with, by address or name.</summary>
    public Builder AddContactPoints(IEnumerable<string> addresses)
    {
        foreach (var address in addresses)
        {
            AddContactPoint(address);
        }

        return this;
    }

    /// <summary>Adds hosts to begin with.</summary>
    public Builder AddContactPoints(params IPEndPoint[] addresses)
    {
        _addresses.AddRange(addresses);
        return this;
    }

    /// <summary>Sets the port of all hosts; 9042 where it is not set.</summary>
    public Builder WithPort(int port)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        _port = port;
        return this;
    }

    /// <summary>Sets user and password.</summary>
    public Builder WithCredentials(string username, string password)
    {
        _credentials = (username, password);
        return this;
    }

    /// <summary>Uses TLS, checked against the system's authorities and the host's name.</summary>
    public Builder WithSSL() => WithSSL(new SSLOptions());

    /// <summary>Uses TLS.</summary>
    public Builder WithSSL(SSLOptions sslOptions)
    {
        _ssl = sslOptions;
        return this;
    }

    /// <summary>Sets what statements have that say nothing else.</summary>
    public Builder WithQueryOptions(QueryOptions options)
    {
        _query = options;
        return this;
    }

    /// <summary>Sets time-outs.</summary>
    public Builder WithSocketOptions(SocketOptions value)
    {
        _socket = value;
        return this;
    }

    /// <summary>Sets how many connections there are.</summary>
    public Builder WithPoolingOptions(PoolingOptions value)
    {
        _pooling = value;
        return this;
    }

    /// <summary>Sets what chooses hosts.</summary>
    public Builder WithLoadBalancingPolicy(ILoadBalancingPolicy policy)
    {
        _loadBalancing = policy;
        return this;
    }

    /// <summary>Sets how long to wait between attempts to reach a host.</summary>
    public Builder WithReconnectionPolicy(IReconnectionPolicy policy)
    {
        _reconnection = policy;
        return this;
    }

    /// <summary>Sets what decides about failed requests.</summary>
    public Builder WithRetryPolicy(IRetryPolicy policy)
    {
        _retry = policy;
        return this;
    }

    /// <summary>Sets what gives write times to statements without one.</summary>
    public Builder WithTimestampGenerator(ITimestampGenerator generator)
    {
        _timestamps = generator;
        return this;
    }

    /// <summary>Sets the keyspace of sessions that name none.</summary>
    public Builder WithDefaultKeyspace(string defaultKeyspace)
    {
        _keyspace = defaultKeyspace;
        return this;
    }

    /// <summary>Sets how long a statement may take from a caller who waits on a thread; nothing here does, so it has no effect.</summary>
    public Builder WithQueryTimeout(int queryAbortTimeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(queryAbortTimeout, Timeout.Infinite);
        return this;
    }

    /// <summary>Sets the newest version of the protocol to use.</summary>
    public Builder WithMaxProtocolVersion(ProtocolVersion version)
    {
        _version = version is ProtocolVersion.V4 or ProtocolVersion.V5
            ? version
            : throw new ArgumentException($"The versions are 4 and 5; {version} was asked for.", nameof(version));
        return this;
    }

    /// <summary>Sets how long to wait, after a change of the schema, until all live nodes have it; 10 s where it is not set.</summary>
    public Builder WithMaxSchemaAgreementWaitSeconds(int maxSchemaAgreementWaitSeconds)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxSchemaAgreementWaitSeconds);
        _schemaAgreementSeconds = maxSchemaAgreementWaitSeconds;
        return this;
    }

    /// <summary>Sets a name under which servers list this client.</summary>
    public Builder WithApplicationName(string name)
    {
        _application = name;
        return this;
    }

    /// <summary>Builds the object; connects to nothing yet.</summary>
    public Cluster Build() =>
        _addresses.Count + _names.Count == 0
            ? throw new ArgumentException("Cannot build a cluster without contact points: call AddContactPoint.")
            : new Cluster(new Configuration
            {
                QueryOptions = _query,
                SocketOptions = _socket,
                PoolingOptions = _pooling,
                Policies = new Policies(
                    _loadBalancing ?? Policies.DefaultLoadBalancingPolicy,
                    _reconnection ?? Policies.DefaultReconnectionPolicy,
                    _retry is null ? Policies.DefaultRetryPolicy : ExtendedRetry.Of(_retry)),
                Ssl = _ssl,
                Credentials = _credentials,
                TimestampGenerator = _timestamps ?? new AtomicMonotonicTimestampGenerator(),
                DefaultKeyspace = _keyspace,
                Port = _port,
                MaxVersion = _version,
                ApplicationName = _application,
                SchemaAgreementMillis = _schemaAgreementSeconds * 1000,
                Addresses = [.. _addresses],
                Names = [.. _names],
            });
}
