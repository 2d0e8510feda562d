using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Streaming.Kafka;

/// <summary>Passes the client's own log on. Connections come and go: that is worth a look only when something else fails.</summary>
internal static partial class ClientLog
{
    public static void Pass(ILogger logger, LogMessage message)
    {
        if (message.Level <= SyslogLevel.Critical)
        {
            Severe(logger, message.Name, message.Message);
        }
        else
        {
            Detail(logger, message.Name, message.Message);
        }
    }

    [LoggerMessage(20, LogLevel.Error, "{Client}: {Message}")]
    private static partial void Severe(ILogger logger, string client, string message);

    [LoggerMessage(21, LogLevel.Debug, "{Client}: {Message}")]
    private static partial void Detail(ILogger logger, string client, string message);
}
