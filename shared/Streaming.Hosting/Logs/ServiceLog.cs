using Microsoft.Extensions.Logging;

namespace Streaming.Hosting;

/// <summary>What the frame of a service says.</summary>
internal static partial class ServiceLog
{
    [LoggerMessage(1, LogLevel.Information, "{Service} {Version} runs as number {Ordinal} with {Threads} worker threads")]
    public static partial void Started(ILogger log, string service, int ordinal, int threads, string version);

    [LoggerMessage(2, LogLevel.Warning, "Not ready: {Reason}")]
    public static partial void Waiting(ILogger log, string reason);

    [LoggerMessage(3, LogLevel.Information, "Health is told at {Url}/health/ready")]
    public static partial void Health(ILogger log, string url);

    [LoggerMessage(4, LogLevel.Information, "Asked to end; finishing the open work")]
    public static partial void Ending(ILogger log);

    [LoggerMessage(5, LogLevel.Critical, "Ended by a failure (exit code {ExitCode}): {Reason}")]
    public static partial void Failed(ILogger log, int exitCode, string reason, Exception? unforeseen);

    [LoggerMessage(6, LogLevel.Information, "Ended in good order")]
    public static partial void Ended(ILogger log);

    [LoggerMessage(7, LogLevel.Critical, "Ended by a wrong configuration (exit code {ExitCode}); mistakes, named on the error output: {Errors}")]
    public static partial void Misconfigured(ILogger log, int exitCode, int errors);
}
