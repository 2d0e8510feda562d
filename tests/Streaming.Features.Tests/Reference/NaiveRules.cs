using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Reference;

/// <summary>What the reference asks of a reading or a feature set.</summary>
internal static class NaiveRules
{
    public static Scope ScopeOf(Sensed sensed) => sensed.Group ? Scope.Group : Scope.Entity;

    public static bool IsSame(Sensed left, Sensed right) =>
        left.Device == right.Device && left.Time == right.Time && left.Sequence == right.Sequence
        && (left.Sequence is not null || (left.Metrics.ToHashSet().SetEquals(right.Metrics) && left.Tags.ToHashSet().SetEquals(right.Tags)));

    public static bool IsJoinedBy(FeatureDefinition feature, Sensed sensed) => feature.Source == FeatureSource.GroupMetric && sensed.Metrics.Any(metric => metric.Name == feature.Metric);

    public static bool LooksBack(FeatureSetDefinition set) =>
        set.Lags is not null || set.Features.Any(feature => feature.Over is not null || feature.Missing.Kind == MissingPolicyKind.Last || (feature.Source == FeatureSource.Metric && feature.Aggregate is Aggregate.Increase or Aggregate.SecondsSinceLast));
}
