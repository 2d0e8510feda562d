using System.Diagnostics.Metrics;
using Streaming.Gateway.Chain;
using Streaming.Telemetry;

namespace Streaming.Gateway.Telemetry;

/// <summary>What the gateway takes in, and what it last saw of the chain, as metrics.</summary>
internal static class GatewayMeter
{
    private static readonly Observed<ChainLook> Looks = new();
    private static readonly Meter Meter = new(TelemetryNames.GatewayMeter);
    private static readonly Counter<long> Readings = Meter.Counter(ChainMetrics.PostedReadings);
    private static readonly Instrument Kept = Meter.Observe(ChainMetrics.Kept, () => Seen().SelectMany(chain => new[]
    {
        Of(chain.Kept.Vectors, TelemetryNames.Kind, "vector"),
        Of(chain.Kept.Predictions, TelemetryNames.Kind, "prediction"),
        Of(chain.Kept.Labels, TelemetryNames.Kind, "label"),
    }));

    static GatewayMeter()
    {
        Meter.Observe(ChainMetrics.Answered, () => ByDeployment(accuracy => accuracy.Answered));
        Meter.Observe(ChainMetrics.Right, () => ByDeployment(accuracy => accuracy.Right));
    }

    /// <summary>Whether anybody collects what is seen of the chain.</summary>
    public static bool IsCollected => Kept.Enabled;

    /// <summary>Shows what is seen, until the result is disposed of.</summary>
    public static IDisposable Show(ChainLook look) => Looks.Add(look);

    /// <summary>Counts posted readings.</summary>
    public static void CountReadings(string outcome, int count) => Readings.Add(count, new KeyValuePair<string, object?>(TelemetryNames.Outcome, outcome));

    private static IEnumerable<ChainAnswer> Seen() => Looks.All.Select(look => look.Last).OfType<ChainAnswer>();

    // The first figure of a deployment and a label is that of all entities.
    private static IEnumerable<Measurement<long>> ByDeployment(Func<AccuracyAnswer, long> value) =>
        from chain in Seen()
        from deployment in chain.Accuracy.DistinctBy(accuracy => (accuracy.Deployment, accuracy.LabelName)).GroupBy(accuracy => accuracy.Deployment)
        select Of(deployment.Sum(value), TelemetryNames.Deployment, deployment.Key);

    private static Measurement<long> Of(long value, string key, string name) => new(value, new KeyValuePair<string, object?>(key, name));
}
