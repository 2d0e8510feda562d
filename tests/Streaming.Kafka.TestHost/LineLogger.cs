using Microsoft.Extensions.Logging;

namespace Streaming.Kafka.TestHost;

/// <summary>Writes what a worker says as lines.</summary>
public sealed class LineLogger<T>(Action<string> write) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            write($"{logLevel}: {formatter(state, exception)}");
        }
    }
}
