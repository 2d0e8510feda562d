using Streaming.Contracts;
using Streaming.Features.Assembly;
using Streaming.Features.Definitions;

namespace Streaming.Cli.Features;

/// <summary>What a feature set computes and takes. Lengths of time as definitions write them.</summary>
internal sealed record ExplainReport(
    string Name,
    int Version,
    string Hash,
    string Scope,
    ExplainedTimes Times,
    string Where,
    string Completeness,
    IReadOnlyList<ExplainedMetric> Metrics,
    IReadOnlyList<ExplainedValue> Vector,
    IReadOnlyList<ExplainedWindow> Windows,
    ExplainedLags? Lags,
    IReadOnlyList<string> GroupMetrics,
    IReadOnlyList<string> GroupFeatures,
    IReadOnlyList<string> Attributes,
    ExplainedMemory Memory,
    string RetentionAbove,
    string LongestOutage,
    ExplainedTopics Topics)
{
    /// <summary>Explains a set.</summary>
    public static ExplainReport Of(FeatureSetDefinition set, double readings, long entities, TimeSpan outage)
    {
        var description = FeatureSetDescription.Of(set);
        var bytes = description.EstimateBytes(readings);
        return new ExplainReport(
            set.Name,
            set.Version,
            set.Hash,
            set.Scope.ToSymbol(),
            new ExplainedTimes(
                Duration.Text(set.Bucket), Duration.Text(set.Align), Duration.Text(set.Grace), Duration.Text(set.IdleClose), Duration.Text(set.ReviseFor), Duration.Text(set.ReviseEvery),
                set.Emit == EmitMode.Complete ? "complete" : "close", set.From is { } from ? Moment.Text(from) : null),
            set.Where,
            set.ExpectedReadings is { } expected ? FormattableString.Invariant($"readings over {expected:0.###}") : "features present over features",
            [.. description.Metrics.Select(metric => new ExplainedMetric(metric.Metric, metric.Features))],
            [.. description.Layout.Select(value => new ExplainedValue(value.Position, value.Name, value.Computation, value.Unit, value.WhenMissing))],
            [.. set.Features.Where(feature => feature.Over is not null).Select(feature => new ExplainedWindow(feature.Name, Duration.Text(feature.Over!.Value), feature.Over.Value / set.Bucket))],
            set.Lags is { } lags ? new ExplainedLags(lags.Count, lags.Of, lags.OnlyPresent ? "present" : "all", lags.WithCurrent) : null,
            description.GroupMetrics,
            description.GroupFeatures,
            [.. description.Attributes.Select(attribute => attribute.OfGroup ? $"{attribute.Attribute} of the group" : attribute.Attribute)],
            new ExplainedMemory(
                readings, (long)bytes, description.BytesPerEntity, description.BytesPerBucket, description.BytesPerReading, description.PastBuckets, description.BytesPerPastBucket, entities, (long)(bytes * entities)),
            Duration.Text((long)RetentionRule.Needed(set, outage).TotalMilliseconds),
            Duration.Text((long)outage.TotalMilliseconds),
            ExplainedTopics.All);
    }
}

/// <summary>The times of a set.</summary>
internal sealed record ExplainedTimes(string Bucket, string Align, string Grace, string IdleClose, string ReviseFor, string ReviseEvery, string Emit, string? From);

/// <summary>A metric and the features that are made of it.</summary>
internal sealed record ExplainedMetric(string Metric, IReadOnlyList<string> Features);

/// <summary>A value of the vector.</summary>
internal sealed record ExplainedValue(int Position, string Name, string ComputedFrom, string Unit, string WhenMissing);

/// <summary>A feature over a window longer than the bucket.</summary>
internal sealed record ExplainedWindow(string Feature, string Length, long Buckets);

/// <summary>The lags.</summary>
internal sealed record ExplainedLags(int Count, IReadOnlyList<string> Of, string Rows, bool Current);

/// <summary>Memory of the state, in bytes; <paramref name="PerEntity"/> is all of it for an entity that sends so many readings in a bucket.</summary>
internal sealed record ExplainedMemory(
    double ReadingsPerBucket, long PerEntity, int WithoutBuckets, int PerBucket, int PerReading, int PastBuckets, int PerPastBucket, long Entities, long Total);

/// <summary>The topics that the set has to do with.</summary>
internal sealed record ExplainedTopics(IReadOnlyList<string> Reads, IReadOnlyList<string> Writes, string State)
{
    public static ExplainedTopics All { get; } = new(
        [.. ChainStages.FeatureAssembly.Inputs.Select(topic => topic.Name)], [.. ChainStages.FeatureAssembly.Outputs.Select(topic => topic.Name)], ChainStages.FeatureAssembly.State!.Name);
}
