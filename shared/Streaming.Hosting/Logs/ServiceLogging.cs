using Microsoft.Extensions.Logging;

namespace Streaming.Hosting;

/// <summary>A service's logs: on the standard output, and over OTLP where that is asked for.</summary>
internal static class ServiceLogging
{
    private const string Timestamp = "yyyy-MM-ddTHH:mm:ss.fffZ";

    /// <summary>Makes them; a level that cannot be read counts as not set, since its refusal is another's task.</summary>
    public static ILoggerFactory Create(LogOptions options, ServiceTelemetry telemetry) => LoggerFactory.Create(logging =>
    {
        foreach (var (category, name) in options.LogLevel)
        {
            if (LogOptions.TryRead(name, out var level))
            {
                logging.AddFilter(category.Equals(LogOptions.DefaultCategory, StringComparison.OrdinalIgnoreCase) ? null : category, level);
            }
        }

        telemetry.AddLogs(logging);
        if (options.Format == LogFormat.Json)
        {
            logging.AddJsonConsole(console =>
            {
                console.UseUtcTimestamp = true;
                console.TimestampFormat = Timestamp;
            });
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = Timestamp + " ";
            });
        }
    });
}
