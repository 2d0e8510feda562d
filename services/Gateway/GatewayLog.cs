using Microsoft.Extensions.Logging;

namespace Streaming.Gateway;

/// <summary>What the gateway says.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(1, LogLevel.Information, "Gateway {Version} is at {Url}")]
    public static partial void Started(ILogger log, string version, string url);

    [LoggerMessage(2, LogLevel.Warning, "Not ready: {Reason}")]
    public static partial void Waiting(ILogger log, string reason);

    [LoggerMessage(3, LogLevel.Error, "The chain could not be looked at")]
    public static partial void LookFailed(ILogger log, Exception unforeseen);

    [LoggerMessage(4, LogLevel.Error, "{Method} {Path} failed")]
    public static partial void RequestFailed(ILogger log, string method, string path, Exception unforeseen);

    [LoggerMessage(5, LogLevel.Warning, "Kafka did not take {Count} readings of a request: {Reason}")]
    public static partial void NotDelivered(ILogger log, int count, string reason);
}
