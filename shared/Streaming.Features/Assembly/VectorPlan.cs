using System.Text;
using Streaming.Features.Definitions;
using Streaming.Features.Definitions.Expressions;

namespace Streaming.Features.Assembly;

/// <summary>
/// How the readings of a bucket become a vector: a feature set, compiled. The words of a bucket are: what earlier buckets must still be able to say
/// (words of metrics with windows, their shares, told values), then the rest.
/// </summary>
internal sealed unsafe class VectorPlan
{
    private readonly MetricPlan[] _metrics;
    private readonly double[] _initial;
    private readonly (int Metric, uint Least)[] _required;

    /// <exception cref="ArgumentException">The set has an expression or a length that cannot be run.</exception>
    public VectorPlan(FeatureSetDefinition set)
    {
        if (set.Bucket is < 1 or > FeatureSetDefinition.LongestBucket)
        {
            throw new ArgumentException($"Feature set {set.Id} has a bucket of {set.Bucket} ms; it must have from 1 to {FeatureSetDefinition.LongestBucket} ms.");
        }

        Definition = set;
        Expressions = new ExpressionSet(set, (feature, at, message) =>
            throw new ArgumentException($"Feature set {set.Id}: {(feature < 0 ? "where" : set.Features[feature].Name)}, place {at + 1}: {message}."));
        var byMetric = set.Features.Where(feature => feature.Source == FeatureSource.Metric).GroupBy(feature => feature.Metric, StringComparer.Ordinal).ToList();
        var names = byMetric.Select(metric => metric.Key).ToList();
        _metrics = new MetricPlan[names.Count];
        Features = new FeaturePlan[set.Features.Count];
        Shared = [.. Enumerable.Range(0, set.Features.Count).Where(feature => set.Features.Any(other => other.Source == FeatureSource.GroupAggregate && other.Feature == set.Features[feature].Name))];
        SharedNames = [.. Shared.Select(feature => Encoding.UTF8.GetBytes(set.Features[feature].Name))];
        KeepsMembers = FeatureSetRules.KeepsMembers(set);
        var words = Lay(byMetric, names, isLookedBackAt: true, 0);
        Told = [.. Enumerable.Range(0, set.Features.Count).Where(feature => set.Features[feature].Missing.Kind == MissingPolicyKind.Last || set.Lags?.Of.Contains(set.Features[feature].Name) == true)];
        ToldAt = words;
        TileWords = words + Told.Length;
        SaidAt = Lay(byMetric, names, isLookedBackAt: false, TileWords);
        Words = SaidAt + (Shared.Length > 0 ? 1 : 0);
        Carried = [.. Enumerable.Range(0, names.Count).Where(metric => byMetric[metric].Any(feature => feature.Aggregate is Aggregate.Increase or Aggregate.SecondsSinceLast))];
        Lags = set.Lags is { } lags ? [.. lags.Of.Select(name => Array.IndexOf(Told, Array.FindIndex([.. set.Features], feature => feature.Name == name)))] : [];
        Ordered = [.. _metrics.Select((plan, metric) => (plan, metric)).Where(one => one.plan.IsOrdered).Select(one => one.metric)];
        LooksBack = Told.Length > 0 || Carried.Length > 0 || set.Features.Any(feature => feature.Over is not null);
        PastBuckets = (int)Math.Max(set.Features.Max(feature => (feature.Over ?? set.Bucket) / set.Bucket) - 1, set.Lags?.Count ?? 0);
        HasJoins = set.Features.Any(feature => feature.Source is FeatureSource.Attribute or FeatureSource.GroupAttribute or FeatureSource.GroupMetric or FeatureSource.GroupAggregate);
        _initial = new double[Words];
        fixed (double* initial = _initial)
        {
            foreach (ref readonly var metric in _metrics.AsSpan())
            {
                Accumulator.Clear(initial, metric);
            }
        }

        _initial.AsSpan(ToldAt, Told.Length).Fill(double.NaN);
        _required = [.. set.Features
            .Where(feature => feature.Source == FeatureSource.Metric && feature.Over is null && feature.Aggregate is not (Aggregate.SecondsSinceLast or Aggregate.Slope) && !feature.Missing.IsDeclared && FeaturePlan.Least(feature.Aggregate) > 0)
            .GroupBy(feature => names.IndexOf(feature.Metric), (metric, features) => (metric, features.Max(feature => FeaturePlan.Least(feature.Aggregate))))];
        CountsSuffice = set.Features.All(feature => feature.Missing.IsDeclared || (feature.Source == FeatureSource.Metric && feature.Over is null && feature.Aggregate is not (Aggregate.SecondsSinceLast or Aggregate.Slope)));
        Metrics = [.. names.Select(Encoding.UTF8.GetBytes)];
    }

    public FeatureSetDefinition Definition { get; }

    /// <summary>The expressions, checked.</summary>
    public ExpressionSet Expressions { get; }

    /// <summary>How each feature is computed, in the vector's order.</summary>
    public FeaturePlan[] Features { get; }

    /// <summary>Words that a bucket needs.</summary>
    public int Words { get; }

    /// <summary>Of these, the first ones, which later buckets look back at.</summary>
    public int TileWords { get; }

    /// <summary>Features of which there are aggregates over the group, and their names: each member says them to the others.</summary>
    public int[] Shared { get; }

    public byte[][] SharedNames { get; }

    /// <summary>Where there are such, the word that holds a hash of what the entity said last; 0 where it said nothing.</summary>
    public int SaidAt { get; }

    /// <summary>How long it is remembered what members said of a bucket after the last of them has, in milliseconds of log time.</summary>
    public long KeepsMembers { get; }

    /// <summary>Features whose values are remembered as told, and where among the words these begin. NaN where a feature was missing.</summary>
    public int[] Told { get; }

    public int ToldAt { get; }

    /// <summary>For each value of a row of lags its place among <see cref="Told"/>.</summary>
    public int[] Lags { get; }

    /// <summary>Metrics whose last reading is looked back at however far it lies.</summary>
    public int[] Carried { get; }

    /// <summary>Metrics whose readings are kept, since their order counts.</summary>
    public int[] Ordered { get; }

    /// <summary>How many buckets that can no longer be revised are looked back at, where an entity sends in every one.</summary>
    public int PastBuckets { get; }

    /// <summary>Whether a vector depends on earlier buckets.</summary>
    public bool LooksBack { get; }

    /// <summary>Whether a vector depends on attributes or a group.</summary>
    public bool HasJoins { get; }

    /// <summary>Whether counts alone say that every feature without a missing policy is present.</summary>
    public bool CountsSuffice { get; }

    /// <summary>The metrics used, by their index.</summary>
    public IReadOnlyList<byte[]> Metrics { get; }

    /// <summary>Where the running values of each metric lie, by their index.</summary>
    public ReadOnlySpan<MetricPlan> Plans => _metrics;

    /// <summary>Makes the words of a bucket those of an empty one.</summary>
    public void Clear(double* words) => _initial.CopyTo(new Span<double>(words, _initial.Length));

    /// <summary>Whether no count speaks against every feature without a missing policy being present.</summary>
    public bool HasCounts(double* words)
    {
        foreach (var (metric, least) in _required)
        {
            if (_metrics[metric].Count(words) < least)
            {
                return false;
            }
        }

        return true;
    }

    private int Lay(List<IGrouping<string, FeatureDefinition>> byMetric, List<string> names, bool isLookedBackAt, int at)
    {
        var metrics = Enumerable.Range(0, names.Count).Where(metric => byMetric[metric].Any(feature => feature.Over is not null) == isLookedBackAt);
        foreach (var alike in metrics.GroupBy(metric => (Parts: Parts(byMetric[metric]), Thresholds: Thresholds(byMetric[metric]).Length, HasRise: byMetric[metric].Any(feature => feature.Aggregate == Aggregate.Increase))))
        {
            var side = 0;
            foreach (var metric in alike)
            {
                _metrics[metric] = new MetricPlan(at + side++, alike.Count(), alike.Key.Parts, Thresholds(byMetric[metric]), alike.Key.HasRise);
            }

            at += side * _metrics[alike.First()].Words;
        }

        for (var i = 0; i < Features.Length; i++)
        {
            var feature = Definition.Features[i];
            var shared = feature.Source == FeatureSource.GroupAggregate ? Array.FindIndex(Shared, other => Definition.Features[other].Name == feature.Feature) : -1;
            Features[i] = new FeaturePlan(feature, names.IndexOf(feature.Metric), shared, Definition.Bucket);
        }

        return at;
    }

    private static MetricParts Parts(IEnumerable<FeatureDefinition> features) => features.Aggregate(MetricParts.None, (parts, feature) => parts | FeaturePlan.Parts(feature.Aggregate));

    private static double[] Thresholds(IEnumerable<FeatureDefinition> features) =>
        [.. features.Where(feature => feature.Aggregate is Aggregate.TimeAbove).Select(feature => feature.Above).Distinct()];
}
