using System.Text;
using Streaming.Features.Definitions;

namespace Streaming.Features.Assembly;

/// <summary>How one feature is computed.</summary>
internal readonly struct FeaturePlan
{
    public FeaturePlan(FeatureDefinition feature, int metric, int shared, long bucket)
    {
        Source = feature.Source;
        Aggregate = feature.Aggregate;
        Metric = feature.Source == FeatureSource.Metric ? metric : -1;
        Shared = shared;
        Above = feature.Above;
        Window = feature.Over ?? bucket;
        IsWindow = feature.Over is not null;
        Missing = feature.Missing;
        MaxAge = feature.MaxAge ?? long.MaxValue;
        Joined = feature.Source == FeatureSource.GroupMetric ? feature.Metric : feature.Attribute;
        JoinedBytes = Encoding.UTF8.GetBytes(Joined);
    }

    public FeatureSource Source { get; }

    public Aggregate Aggregate { get; }

    /// <summary>The metric's index; -1 where it has none.</summary>
    public int Metric { get; }

    /// <summary>Of an aggregate over the group, the place of its feature among those that are shared; -1 where it is none.</summary>
    public int Shared { get; }

    public double Above { get; }

    /// <summary>The length of what it is computed from, up to the bucket's end.</summary>
    public long Window { get; }

    public bool IsWindow { get; }

    public MissingPolicy Missing { get; }

    public long MaxAge { get; }

    /// <summary>The attribute, or the group's metric.</summary>
    public string Joined { get; }

    public byte[] JoinedBytes { get; }

    /// <summary>How many values an aggregate needs to be present.</summary>
    public static uint Least(Aggregate aggregate) => aggregate switch
    {
        Aggregate.Count or Aggregate.Sum => 0,
        Aggregate.Stddev or Aggregate.Slope => 2,
        _ => 1,
    };

    /// <summary>What an aggregate needs of a metric.</summary>
    public static MetricParts Parts(Aggregate aggregate) => aggregate switch
    {
        Aggregate.Sum or Aggregate.Mean => MetricParts.Sum,
        Aggregate.Min => MetricParts.Min,
        Aggregate.Max => MetricParts.Max,
        Aggregate.Range => MetricParts.Min | MetricParts.Max,
        Aggregate.First => MetricParts.First,
        Aggregate.Last => MetricParts.Last,
        Aggregate.Stddev => MetricParts.Spread,
        Aggregate.Slope => MetricParts.Spread | MetricParts.Trend,
        Aggregate.TimeAbove or Aggregate.Increase => MetricParts.First | MetricParts.Last,
        _ => MetricParts.None,
    };
}
