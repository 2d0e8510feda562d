using System.Diagnostics.Metrics;

namespace Streaming.Telemetry;

/// <summary>Makes the instruments of the catalogue, so that name, unit and meaning are written once.</summary>
public static class MetricMaking
{
    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    private static readonly double[] Counts = [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000];

    /// <summary>A counter that is added to.</summary>
    public static Counter<long> Counter(this Meter meter, MetricDefinition metric) => meter.CreateCounter<long>(metric.Name, metric.Unit, metric.Meaning);

    /// <summary>A distribution: of seconds where that is the unit, else of counts.</summary>
    public static Histogram<double> Histogram(this Meter meter, MetricDefinition metric) => meter.CreateHistogram(
        metric.Name, metric.Unit, metric.Meaning, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = metric.Unit == "s" ? Seconds : Counts });

    /// <summary>A metric whose values are asked for when they are collected.</summary>
    /// <param name="meter">The meter.</param>
    /// <param name="metric">A sum or a gauge.</param>
    /// <param name="values">Gives the values; called by the collecting thread.</param>
    /// <returns>The instrument, which tells whether anybody collects it.</returns>
    public static Instrument Observe<T>(this Meter meter, MetricDefinition metric, Func<IEnumerable<Measurement<T>>> values)
        where T : struct =>
        metric.Kind switch
        {
            MetricKind.Counter => meter.CreateObservableCounter(metric.Name, values, metric.Unit, metric.Meaning),
            MetricKind.UpDownCounter => meter.CreateObservableUpDownCounter(metric.Name, values, metric.Unit, metric.Meaning),
            MetricKind.Gauge => meter.CreateObservableGauge(metric.Name, values, metric.Unit, metric.Meaning),
            _ => throw new ArgumentException($"{metric.Name} is a {metric.Kind}, which is recorded and not asked for.", nameof(metric)),
        };
}
