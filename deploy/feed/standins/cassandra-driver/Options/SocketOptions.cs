namespace Cassandra;

/// <summary>Time-outs and settings of connections.</summary>
public sealed class SocketOptions
{
    /// <summary>How long a connection may take to open, in milliseconds, where nothing is set.</summary>
    public const int DefaultConnectTimeoutMillis = 5000;

    /// <summary>How long a host may take to answer, in milliseconds, where nothing is set.</summary>
    public const int DefaultReadTimeoutMillis = 12000;

    /// <summary>How many answers may be missing before a connection is given up, where nothing is set.</summary>
    public const int DefaultDefunctReadTimeoutThreshold = 64;

    /// <summary>How long a connection may take to open, TLS and login included.</summary>
    public int ConnectTimeoutMillis { get; private set; } = DefaultConnectTimeoutMillis;

    /// <summary>How long a host may take to answer; 0 for no limit.</summary>
    public int ReadTimeoutMillis { get; private set; } = DefaultReadTimeoutMillis;

    /// <summary>How many answers may be missing, after their time ran out, before the connection is given up.</summary>
    public int DefunctReadTimeoutThreshold { get; private set; } = DefaultDefunctReadTimeoutThreshold;

    /// <summary>Whether small packets are sent at once; true where it is not set.</summary>
    public bool? TcpNoDelay { get; private set; } = true;

    /// <summary>Whether the system probes quiet connections; true where it is not set.</summary>
    public bool? KeepAlive { get; private set; } = true;

    /// <summary>Sets how long a connection may take to open.</summary>
    public SocketOptions SetConnectTimeoutMillis(int connectTimeoutMillis)
    {
        ConnectTimeoutMillis = connectTimeoutMillis;
        return this;
    }

    /// <summary>Sets how long a host may take to answer.</summary>
    public SocketOptions SetReadTimeoutMillis(int milliseconds)
    {
        ReadTimeoutMillis = milliseconds;
        return this;
    }

    /// <summary>Sets how many answers may be missing before the connection is given up.</summary>
    public SocketOptions SetDefunctReadTimeoutThreshold(int amountOfTimeouts)
    {
        DefunctReadTimeoutThreshold = amountOfTimeouts;
        return this;
    }

    /// <summary>Sets whether small packets are sent at once.</summary>
    public SocketOptions SetTcpNoDelay(bool tcpNoDelay)
    {
        TcpNoDelay = tcpNoDelay;
        return this;
    }

    /// <summary>Sets whether the system probes quiet connections.</summary>
    public SocketOptions SetKeepAlive(bool keepAlive)
    {
        KeepAlive = keepAlive;
        return this;
    }
}
