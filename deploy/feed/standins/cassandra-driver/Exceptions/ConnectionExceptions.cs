using System.Net;

namespace Cassandra;

/// <summary>No host could serve a request; <see cref="Errors"/> has the reason of each that was tried.</summary>
public sealed class NoHostAvailableException(Dictionary<IPEndPoint, Exception> errors) : DriverException(Describe(errors), errors.Values.FirstOrDefault())
{
    /// <summary>The hosts that were tried, and what was wrong with each.</summary>
    public Dictionary<IPEndPoint, Exception> Errors { get; } = errors;

    private static string Describe(Dictionary<IPEndPoint, Exception> errors) =>
        errors.Count == 0
            ? "No host is available (none tried)."
            : "All hosts tried for query failed (" + string.Join("; ", errors.Select(error => $"tried {error.Key}: {error.Value.GetType().Name} '{error.Value.Message}'")) + ")";
}

/// <summary>The user or password is wrong, or one is needed.</summary>
public sealed class AuthenticationException : DriverException
{
    /// <summary>With a message.</summary>
    public AuthenticationException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and the host that refused.</summary>
    public AuthenticationException(string message, IPEndPoint host)
        : base($"Authentication error on host {host}: {message}") => Host = host;

    /// <summary>The host that refused.</summary>
    public IPEndPoint? Host { get; }
}

/// <summary>A host did not answer in time; what was asked may yet be done.</summary>
public sealed class OperationTimedOutException(IPEndPoint address, int timeout)
    : DriverException($"The host {address} did not reply before timeout {timeout}ms")
{
}

/// <summary>All connections to a host have as many requests in flight as they may (<see cref="PoolingOptions.SetMaxRequestsPerConnection"/>).</summary>
public sealed class BusyPoolException : DriverException
{
    internal BusyPoolException(IPEndPoint address, int maxRequestsPerConnection, int connectionLength)
        : base($"All connections to host {address} are busy, {maxRequestsPerConnection} requests are in-flight on each {connectionLength} connection(s)")
    {
        Address = address;
        MaxRequestsPerConnection = maxRequestsPerConnection;
        ConnectionLength = connectionLength;
    }

    /// <summary>The host.</summary>
    public IPEndPoint Address { get; }

    /// <summary>How many requests each connection may have in flight.</summary>
    public int MaxRequestsPerConnection { get; }

    /// <summary>How many connections there are.</summary>
    public int ConnectionLength { get; }
}

/// <summary>The server speaks no version of the protocol that this client does (5 and 4).</summary>
public sealed class UnsupportedProtocolVersionException : DriverException
{
    internal UnsupportedProtocolVersionException(string message)
        : base(message)
    {
    }
}
