using System.Diagnostics.Metrics;
using System.Globalization;
using Streaming.Features.Assembly;
using Streaming.Telemetry;

namespace Streaming.Features.Telemetry;

/// <summary>The assemblers of this process as metrics.</summary>
internal static class AssemblyMeter
{
    private static readonly Observed<ObservedAssembler> Assemblers = new();
    private static readonly Meter Meter = new(TelemetryNames.FeaturesMeter);

    static AssemblyMeter()
    {
        OfSets(ChainMetrics.Readings, (null, counters => counters.Readings));
        OfSets(
            ChainMetrics.ReadingOutcomes,
            ("contributed", counters => counters.Contributed),
            ("pending", counters => counters.Pending),
            ("duplicate", counters => counters.Duplicate),
            ("late", counters => counters.Late),
            ("filtered", counters => counters.Filtered),
            ("evicted", counters => counters.Evicted));
        OfSets(ChainMetrics.Vectors, ("first", counters => counters.Vectors - counters.Revisions), ("revision", counters => counters.Revisions));
        OfSets(ChainMetrics.Entities, (null, counters => counters.Entities));
        OfSets(ChainMetrics.Buckets, (null, counters => counters.Buckets));
        OfSets(ChainMetrics.Evicted, ("bucket", counters => counters.EvictedBuckets), ("entity", counters => counters.EvictedEntities));
        Meter.Observe(ChainMetrics.StateSize, () => All().Select(part => new Measurement<long>(part.Figures.StateBytes, Of(part.Figures))));
        Meter.Observe(ChainMetrics.LogTimeDelay, () => All().Where(part => part.Figures.LogTime is not null).Select(part =>
            new Measurement<double>(Math.Max(0, part.Assembler.Clock.GetUtcNow().ToUnixTimeMilliseconds() - part.Figures.LogTime!.Value) / 1000.0, Of(part.Figures))));
        Meter.Observe(ChainMetrics.OtherRecords, () => All().SelectMany(part => new[]
        {
            OfKind(part.Figures, "tick", part.Figures.Other.Ticks),
            OfKind(part.Figures, "copy", part.Figures.Other.Copies),
            OfKind(part.Figures, "attributes", part.Figures.Other.Attributes),
            OfKind(part.Figures, "malformed", part.Figures.Other.Malformed),
        }));
    }

    /// <summary>Shows an assembler, until the result is disposed of.</summary>
    public static IDisposable Show(ObservedAssembler assembler) => Assemblers.Add(assembler);

    private static void OfSets(MetricDefinition metric, params (string? Which, Func<AssemblyCounters, long> Value)[] values)
    {
        var key = metric.Attributes[0];
        Meter.Observe(metric, () =>
            from part in All()
            from set in part.Figures.Sets
            from value in values
            select new Measurement<long>(value.Value(set.Counters),
            [
                .. value.Which is { } which ? (KeyValuePair<string, object?>[])[new(key, which)] : [],
                .. Of(part.Figures),
                new(TelemetryNames.FeatureSet, set.Set.Name),
                new(TelemetryNames.FeatureSetVersion, set.Set.Version),
            ]));
    }

    private static IEnumerable<(ObservedAssembler Assembler, PartitionFigures Figures)> All() =>
        Assemblers.All.SelectMany(assembler => assembler.Figures.Select(figures => (assembler, figures)));

    private static Measurement<long> OfKind(PartitionFigures figures, string kind, long value) => new(value, [new(TelemetryNames.Kind, kind), .. Of(figures)]);

    private static KeyValuePair<string, object?>[] Of(PartitionFigures figures) => [new(TelemetryNames.Partition, figures.Partition.ToString(CultureInfo.InvariantCulture))];
}
