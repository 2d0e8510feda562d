using Streaming.Features.Definitions;

namespace Streaming.Features.Replay;

/// <summary>
/// How far back in the log a replay of a range must begin, so that its first vector is what was served (docs/TIME.md, rule 20). Three things reach back: the buckets that
/// vectors look at (windows, lags, last known values, a group's readings and its members' values), devices whose clocks are ahead, and the moment in which sources take turns to report.
/// </summary>
public sealed record WarmUp
{
    /// <summary>How long the log may take until every source has reported and what was stamped out of order has passed, in milliseconds: 5 minutes.</summary>
    public const long Margin = 300_000;

    private readonly long _reach;

    private WarmUp(long reach, IReadOnlyList<string> unbounded) => (_reach, Unbounded) = (reach, unbounded);

    /// <summary>What looks back without a limit, so that only the log's start is far enough, in words; empty where nothing does.</summary>
    public IReadOnlyList<string> Unbounded { get; }

    /// <summary>The ingest time from which the log is needed for buckets from a start on; null where only the log's start is far enough.</summary>
    /// <param name="bucketStart">Milliseconds since 1970.</param>
    public long? NeededFrom(long bucketStart) => Unbounded.Count > 0 ? null : bucketStart <= long.MinValue + _reach ? long.MinValue : bucketStart - _reach;

    /// <summary>The first bucket start whose vectors are exact in a log that was cut off; null where none is for certain.</summary>
    /// <param name="firstKept">Ingest time of the first record that is left.</param>
    public long? ExactFrom(long firstKept) => Unbounded.Count > 0 ? null : firstKept + _reach;

    /// <summary>What feature sets need.</summary>
    /// <param name="sets">The sets.</param>
    /// <param name="maxFutureSkew">How far an event time may lie after its ingest time, in milliseconds: <c>Ingest:MaxFutureSkew</c>.</param>
    /// <param name="margin">See <see cref="Margin"/>.</param>
    public static WarmUp Of(IReadOnlyList<FeatureSetDefinition> sets, long maxFutureSkew, long margin = Margin)
    {
        ArgumentNullException.ThrowIfNull(sets);
        return new WarmUp(sets.Select(LookBack).DefaultIfEmpty().Max() + maxFutureSkew + margin, [.. sets.SelectMany(Endless)]);
    }

    /// <summary>Whether vectors depend on what was ever said of entities and groups, such as which group an entity belongs to: that does not grow old.</summary>
    public static bool NeedsAttributes(IEnumerable<FeatureSetDefinition> sets) =>
        sets.SelectMany(set => set.Features).Any(feature => feature.Source is not (FeatureSource.Metric or FeatureSource.Expression));

    /// <summary>The longest way from a bucket's start to the start of one that decides about its vector, each step on the way at its longest.</summary>
    private static long LookBack(FeatureSetDefinition set)
    {
        var window = set.Features.Select(feature => feature.Over ?? 0).DefaultIfEmpty().Max();
        var lags = (set.Lags?.Count ?? 0) * set.Bucket;
        var lastKnown = set.Features.Select(feature => feature.Missing.Kind == MissingPolicyKind.Last ? feature.Missing.MaxAge + set.Bucket : 0).DefaultIfEmpty().Max();
        var ofGroup = set.Features.Select(feature => feature.Source == FeatureSource.GroupMetric ? feature.MaxAge ?? 0 : 0).DefaultIfEmpty().Max();
        var ofMembers = set.Features.Any(feature => feature.Source == FeatureSource.GroupAggregate) ? FeatureSetRules.KeepsMembers(set) : 0;
        return set.Bucket + window + lags + lastKnown + ofGroup + ofMembers;
    }

    private static IEnumerable<string> Endless(FeatureSetDefinition set)
    {
        foreach (var feature in set.Features)
        {
            if (feature.Source == FeatureSource.Metric && feature.Aggregate is Aggregate.SecondsSinceLast or Aggregate.Increase)
            {
                yield return $"{set.Id} {feature.Name} ({feature.Aggregate.Word()} looks at the last reading before, however old)";
            }
            else if (feature.Source == FeatureSource.GroupMetric && feature.MaxAge is null)
            {
                yield return $"{set.Id} {feature.Name} (a group's reading without maxAge)";
            }
        }

        if (set.Lags is { OnlyPresent: true })
        {
            yield return $"{set.Id} lags (rows: present takes the last vectors, however old)";
        }
    }
}
