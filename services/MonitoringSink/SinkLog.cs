using Microsoft.Extensions.Logging;

namespace Streaming.MonitoringSink;

/// <summary>What the sink says.</summary>
internal static partial class SinkLog
{
    [LoggerMessage(1, LogLevel.Warning, "The history cannot be written, nothing is committed until it can: {Reason}")]
    public static partial void Away(ILogger log, string reason);

    [LoggerMessage(2, LogLevel.Information, "The history is written again")]
    public static partial void Back(ILogger log);
}
