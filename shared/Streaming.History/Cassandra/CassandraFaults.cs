using System.IO;
using System.Net.Sockets;
using Cassandra;
using DriverAuthentication = Cassandra.AuthenticationException;
using TlsAuthentication = System.Security.Authentication.AuthenticationException;

namespace Streaming.History.Cassandra;

/// <summary>What a failed request means.</summary>
internal enum CassandraFault
{
    /// <summary>The cluster cannot do it now; the same request may succeed later.</summary>
    Unavailable,

    /// <summary>The server refuses what is asked, because of the values or of its tables.</summary>
    Refused,

    /// <summary>The cluster is not as it must be, and no waiting mends it.</summary>
    Unusable,
}

/// <summary>Tells what a failure of the driver means.</summary>
internal static class CassandraFaults
{
    /// <summary>What a failure means.</summary>
    /// <returns>Null where it is no failure of the cluster's but a mistake of ours.</returns>
    public static CassandraFault? Of(Exception failure) => failure switch
    {
        NoHostAvailableException none => OfHosts(none),
        DriverAuthentication or UnauthorizedException or SyntaxError or InvalidConfigurationInQueryException or UnsupportedProtocolVersionException => CassandraFault.Unusable,
        TlsAuthentication => CassandraFault.Unusable,
        InvalidQueryException or PreparedStatementIdMismatchException => CassandraFault.Refused,
        DriverException or SocketException or IOException or TimeoutException or ObjectDisposedException => CassandraFault.Unavailable,
        _ => null,
    };

    /// <summary>The reason in one line: that of the host which says most where several failed.</summary>
    public static string Explain(Exception failure)
    {
        var told = failure is NoHostAvailableException { Errors.Count: > 0 } none
            ? string.Join("; ", none.Errors.GroupBy(error => Text(error.Value), (text, hosts) => $"{string.Join(", ", hosts.Select(host => host.Key))}: {text}"))
            : Text(failure);
        return told.ReplaceLineEndings(" ");
    }

    private static string Text(Exception failure) => failure.InnerException is { } inner && failure is not DriverAuthentication && !failure.Message.Contains(inner.Message, StringComparison.Ordinal)
        ? $"{failure.Message} ({Text(inner)})"
        : failure.Message;

    // One host with a wrong certificate beside another that is merely down: waiting may bring the other one.
    private static CassandraFault OfHosts(NoHostAvailableException none) =>
        none.Errors.Count > 0 && none.Errors.Values.All(error => Causes(error).Any(cause => Of(cause) == CassandraFault.Unusable))
            ? CassandraFault.Unusable
            : CassandraFault.Unavailable;

    private static IEnumerable<Exception> Causes(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is not NoHostAvailableException)
            {
                yield return cause;
            }
        }
    }
}
