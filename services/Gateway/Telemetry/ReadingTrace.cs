using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using Streaming.Telemetry;

namespace Streaming.Gateway.Telemetry;

/// <summary>Continues the trace of a request in the readings that it brings: a span for their sending, and its context in their headers.</summary>
/// <remarks>Of a request with very many readings only the first are followed through the chain.</remarks>
internal sealed class ReadingTrace : IDisposable
{
    private const int MostOfRequest = 10;

    private static readonly ActivitySource Source = new(TelemetryNames.Source);

    private readonly Activity? _span;
    private int _left = MostOfRequest;

    private ReadingTrace(Activity? span) => _span = span;

    /// <summary>Begins to send.</summary>
    /// <param name="topic">Where to.</param>
    /// <param name="readings">How many.</param>
    public static ReadingTrace Begin(string topic, int readings)
    {
        if (readings == 0 || Activity.Current is not { Recorded: true })
        {
            return new ReadingTrace(null);
        }

        var span = Source.StartActivity($"send {topic}", ActivityKind.Producer);
        span?.SetTag(TelemetryNames.System, TelemetryNames.Kafka);
        span?.SetTag(TelemetryNames.Operation, "send");
        span?.SetTag(TelemetryNames.OperationType, "send");
        span?.SetTag(TelemetryNames.Destination, topic);
        span?.SetTag("messaging.batch.message_count", readings);
        return new ReadingTrace(span);
    }

    /// <summary>The headers of the next reading; null for none.</summary>
    public Headers? Next()
    {
        if (_span is null || _left-- <= 0)
        {
            return null;
        }

        var parent = new byte[TraceContext.Length];
        TraceContext.Write(_span.Context, parent);
        var headers = new Headers { { Encoding.UTF8.GetString(TraceContext.ParentHeader), parent } };
        if (_span.TraceStateString is { Length: > 0 } state)
        {
            headers.Add(Encoding.UTF8.GetString(TraceContext.StateHeader), Encoding.ASCII.GetBytes(state));
        }

        return headers;
    }

    public void Dispose() => _span?.Dispose();
}
