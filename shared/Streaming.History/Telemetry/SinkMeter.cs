using System.Diagnostics.Metrics;
using Streaming.History.Rows;
using Streaming.History.Sink;
using Streaming.Telemetry;

namespace Streaming.History.Telemetry;

/// <summary>The sinks of this process as metrics.</summary>
internal static class SinkMeter
{
    private static readonly Observed<MonitoringFilter> Sinks = new();
    private static readonly Meter Meter = new(TelemetryNames.HistoryMeter);
    private static readonly Counter<long> Rows = Meter.Counter(ChainMetrics.RowsWritten);
    private static readonly Histogram<double> Durations = Meter.Histogram(ChainMetrics.WriteDuration);

    static SinkMeter() => Meter.Observe(ChainMetrics.Outages, () => Sinks.All.Select(sink => new Measurement<long>(sink.Outage is null ? 0 : 1)));

    /// <summary>Shows a sink, until the result is disposed of.</summary>
    public static IDisposable Show(MonitoringFilter sink) => Sinks.Add(sink);

    /// <summary>Records a write.</summary>
    public static void Record(IReadOnlyList<HistoryRow> rows, IReadOnlyList<RefusedRow> refused, TimeSpan took)
    {
        if (!Rows.Enabled)
        {
            return;
        }

        Durations.Record(took.TotalSeconds);
        var refusals = refused.Select(refusal => refusal.Index).ToHashSet();
        foreach (var kind in rows.Where((_, index) => !refusals.Contains(index)).CountBy(KindOf))
        {
            Rows.Add(kind.Value, new KeyValuePair<string, object?>(TelemetryNames.Kind, kind.Key));
        }
    }

    private static string KindOf(HistoryRow row) => row switch
    {
        VectorRow => "vector",
        PredictionRow => "prediction",
        LabelRow => "label",
        DeploymentRow => "deployment",
        JobRow => "job",
        FeatureSetRow => "feature set",
        _ => "other",
    };
}
