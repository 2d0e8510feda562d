namespace Cassandra;

/// <summary>How many connections there are, and how much each carries.</summary>
public sealed class PoolingOptions
{
    private const int MostRequests = 32768;
    private readonly int[] _connections = [1, 1, 0];
    private int _requests = 2048;
    private int? _heartBeat = 30000;

    /// <summary>Sets how many connections each host has at that distance; 1 where it is not set.</summary>
    public PoolingOptions SetCoreConnectionsPerHost(HostDistance distance, int coreConnections)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(coreConnections);
        _connections[(int)distance] = coreConnections;
        return this;
    }

    /// <summary>How many connections each host has at that distance.</summary>
    public int GetCoreConnectionsPerHost(HostDistance distance) => _connections[(int)distance];

    /// <summary>Accepted and without effect: here each host always has its core connections.</summary>
    public PoolingOptions SetMaxConnectionsPerHost(HostDistance distance, int maxConnections)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxConnections);
        return this;
    }

    /// <summary>Sets how many requests each connection may have in flight; 2,048 where it is not set, and at most 32,768.</summary>
    public PoolingOptions SetMaxRequestsPerConnection(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MostRequests);
        _requests = value;
        return this;
    }

    /// <summary>How many requests each connection may have in flight.</summary>
    public int GetMaxRequestsPerConnection() => _requests;

    /// <summary>Sets after how many quiet milliseconds a connection is tried; 0 for never, 30,000 where it is not set.</summary>
    public PoolingOptions SetHeartBeatInterval(int value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        _heartBeat = value;
        return this;
    }

    /// <summary>After how many quiet milliseconds a connection is tried.</summary>
    public int? GetHeartBeatInterval() => _heartBeat;
}
