using System.Diagnostics;
using System.Diagnostics.Metrics;
using Streaming.Models.Scoring;
using Streaming.Telemetry;

namespace Streaming.Models.Telemetry;

/// <summary>The scoring filters of this process as metrics.</summary>
internal static class ScoringMeter
{
    private static readonly Observed<ScoringStatistics> Filters = new();
    private static readonly Meter Meter = new(TelemetryNames.ModelsMeter);
    private static readonly Histogram<double> Durations = Meter.Histogram(ChainMetrics.ScoringDuration);

    static ScoringMeter() => Meter.Observe(ChainMetrics.Scored, () => Filters.All.SelectMany(Scored));

    /// <summary>Shows what a filter does, until the result is disposed of.</summary>
    public static IDisposable Show(ScoringStatistics statistics) => Filters.Add(statistics);

    /// <summary>When something begins whose duration is wanted; 0 where nobody wants to know.</summary>
    public static long Begin() => Durations.Enabled ? Stopwatch.GetTimestamp() : 0;

    /// <summary>Records how long a model took.</summary>
    public static void End(long began, string deployment)
    {
        if (began != 0)
        {
            Durations.Record(Stopwatch.GetElapsedTime(began).TotalSeconds, new KeyValuePair<string, object?>(TelemetryNames.Deployment, deployment));
        }
    }

    private static IEnumerable<Measurement<long>> Scored(ScoringStatistics statistics)
    {
        foreach (var model in statistics.Models)
        {
            yield return Of("scored", model.Deployment, model.Scored);
            yield return Of("refused", model.Deployment, model.Refused);
        }

        yield return Of("refused", "", statistics.Refused);
        yield return Of("passed over", "", statistics.PassedOver);
    }

    private static Measurement<long> Of(string outcome, string deployment, long value) =>
        new(value, new KeyValuePair<string, object?>(TelemetryNames.Outcome, outcome), new KeyValuePair<string, object?>(TelemetryNames.Deployment, deployment));
}
