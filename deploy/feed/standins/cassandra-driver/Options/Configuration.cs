using System.Net;

namespace Cassandra;

/// <summary>What a cluster object was built with.</summary>
public sealed class Configuration
{
    internal Configuration()
    {
    }

    /// <summary>What statements have that say nothing else.</summary>
    public QueryOptions QueryOptions { get; internal init; } = new();

    /// <summary>Time-outs.</summary>
    public SocketOptions SocketOptions { get; internal init; } = new();

    /// <summary>Connections.</summary>
    public PoolingOptions PoolingOptions { get; internal init; } = new();

    /// <summary>Policies.</summary>
    public Policies Policies { get; internal init; } = Policies.DefaultPolicies;

    internal SSLOptions? Ssl { get; init; }

    internal (string User, string Password)? Credentials { get; init; }

    internal ITimestampGenerator TimestampGenerator { get; init; } = new AtomicMonotonicTimestampGenerator();

    internal string? DefaultKeyspace { get; init; }

    internal int Port { get; init; }

    internal ProtocolVersion MaxVersion { get; init; } = ProtocolVersion.MaxSupported;

    internal string? ApplicationName { get; init; }

    internal int SchemaAgreementMillis { get; init; }

    internal IReadOnlyList<IPEndPoint> Addresses { get; init; } = [];

    internal IReadOnlyList<string> Names { get; init; } = [];
}

/// <summary>The policies of a cluster object.</summary>
public sealed class Policies
{
    private const int FirstReconnectMillis = 1000;
    private const int LongestReconnectMillis = 10 * 60 * 1000;

    internal Policies(ILoadBalancingPolicy loadBalancing, IReconnectionPolicy reconnection, IExtendedRetryPolicy retry)
    {
        LoadBalancingPolicy = loadBalancing;
        ReconnectionPolicy = reconnection;
        ExtendedRetryPolicy = retry;
    }

    /// <summary>Token-aware over hosts in turn; from 1 s to 10 min between attempts to reach a host.</summary>
    public static Policies DefaultPolicies => new(DefaultLoadBalancingPolicy, DefaultReconnectionPolicy, DefaultRetryPolicy);

    /// <summary>Token-aware over the data centre of the first contact point, hosts in turn.</summary>
    public static ILoadBalancingPolicy DefaultLoadBalancingPolicy => new TokenAwarePolicy(new DCAwareRoundRobinPolicy());

    /// <summary>From 1 s to 10 min.</summary>
    public static IReconnectionPolicy DefaultReconnectionPolicy => new ExponentialReconnectionPolicy(FirstReconnectMillis, LongestReconnectMillis);

    /// <summary>Asks again where that is likely to help.</summary>
    public static IExtendedRetryPolicy DefaultRetryPolicy { get; } = new DefaultRetryPolicy();

    /// <summary>Chooses hosts.</summary>
    public ILoadBalancingPolicy LoadBalancingPolicy { get; }

    /// <summary>Says how long to wait between attempts to reach a host.</summary>
    public IReconnectionPolicy ReconnectionPolicy { get; }

    /// <summary>Decides about failed requests.</summary>
    public IRetryPolicy RetryPolicy => ExtendedRetryPolicy;

    internal IExtendedRetryPolicy ExtendedRetryPolicy { get; }

    /// <summary>Token-aware over one data centre, hosts in turn.</summary>
    public static ILoadBalancingPolicy NewDefaultLoadBalancingPolicy(string localDc) => new TokenAwarePolicy(new DCAwareRoundRobinPolicy(localDc));
}
