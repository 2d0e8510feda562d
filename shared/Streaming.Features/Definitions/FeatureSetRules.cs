using Streaming.Features.Definitions.Expressions;
using Streaming.Yaml;

namespace Streaming.Features.Definitions;

/// <summary>What must hold of a feature set, however it was made. Each rule gives what is wrong, or null.</summary>
internal static class FeatureSetRules
{
    public const int MaxReadingsPerBucket = 10_000_000;
    public const int MaxOpenBuckets = 1_000_000;
    public const int MaxEntities = 1 << 30;
    private const int MaxFeatures = 10_000;
    private const int MaxNameLength = 200;
    private const int MaxWindowBuckets = 100_000;
    private const int MaxLagValues = 100_000;
    private const int ShownNames = 20;
    private const long AnHour = 3_600_000;

    /// <summary>What can be computed over a group, where the members have no order.</summary>
    public static readonly (string Word, Aggregate Value)[] OverGroups =
        [.. AggregateNames.All.Where(one => one.Value is Aggregate.Count or Aggregate.Sum or Aggregate.Mean or Aggregate.Min or Aggregate.Max or Aggregate.Range or Aggregate.Stddev)];

    public static string? OfName(string name) =>
        name.Length is > 0 and <= MaxNameLength && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
            ? null
            : $"'name' is '{name}'; it must have at most {MaxNameLength} characters of a-z, A-Z, 0-9, '-', '_' and '.'";

    public static string? OfAlign(long align, long bucket) =>
        align >= 0 && align < bucket ? null : $"'align' is {align} ms; it must be shorter than the bucket, {bucket} ms";

    public static string? OfCount(int features) =>
        features is > 0 and <= MaxFeatures ? null : $"'features' has {features} items; it must have from 1 to {MaxFeatures}";

    public static string? OfLength(string field, string value) =>
        value.Length <= MaxNameLength ? null : $"'{field}' has {value.Length} characters; at most {MaxNameLength} are allowed";

    public static string? OfBucket(long bucket) => bucket is > 0 and <= FeatureSetDefinition.LongestBucket
        ? null
        : $"'bucket' is {bucket} ms; it must be from 1 to {FeatureSetDefinition.LongestBucket} ms ({Duration.Text(FeatureSetDefinition.LongestBucket)}). Give features a longer window with 'over'";

    public static string? OfWindow(Aggregate aggregate, long over, long bucket) =>
        aggregate == Aggregate.SecondsSinceLast ? "secondsSinceLast looks back as far as needed; leave 'over' out"
        : over < 1 || over % bucket != 0 ? $"'over' is {Duration.Text(over)}; it must be a multiple of the bucket, {Duration.Text(bucket)}"
        : over / bucket > MaxWindowBuckets ? $"'over' has {over / bucket} buckets; at most {MaxWindowBuckets} are allowed"
        : null;

    public static string? OfLagName(string name, IReadOnlyCollection<string> known) =>
        known.Contains(name) ? null : $"there is no feature '{name}'.{(Suggestion.For(name, known) is { Length: > 0 } meant ? meant : $" 'of' may name {string.Join(", ", known.Take(ShownNames))}{(known.Count > ShownNames ? ", …" : "")}.")}";

    public static string? OfLagValues(LagDefinition lags) =>
        lags.Count < 1 || lags.Of.Count == 0 || (long)lags.Count * lags.Of.Count > MaxLagValues || lags.Of.Distinct().Count() < lags.Of.Count
            ? $"'of' must name from 1 feature on, each once, and 'count' times these may be from 1 to {MaxLagValues}"
            : null;

    private static IEnumerable<string?> OfLags(LagDefinition lags, IReadOnlyCollection<string> known) => lags.Of.Select(name => OfLagName(name, known)).Append(OfLagValues(lags));

    /// <summary>What is wrong with aggregates over groups: they are of features that every member has of itself.</summary>
    public static IEnumerable<(int Feature, string Problem)> OfGroupAggregates(FeatureSetDefinition set, ExpressionSet expressions)
    {
        var names = set.Features.Select(feature => feature.Name).ToList();
        foreach (var (index, feature) in set.Features.Index().Where(one => one.Item.Source == FeatureSource.GroupAggregate))
        {
            var of = names.IndexOf(feature.Feature);
            if (feature.Feature.Length is 0 or > MaxNameLength)
            {
                // That is told of the name itself.
                continue;
            }

            if (of < 0)
            {
                yield return (index, $"'feature' is '{feature.Feature}'; it must be a feature of this set.{Suggestion.For(feature.Feature, names)}");
            }
            else if (IsOverGroup(set, expressions, of, []))
            {
                yield return (index, $"'feature' is '{feature.Feature}', which is itself made of an aggregate over the group; it must be one that an entity has of its own");
            }

            if (!Array.Exists(OverGroups, one => one.Value == feature.Aggregate))
            {
                yield return (index, $"'aggregate' is {feature.Aggregate.Word()}; over a group it must be one of {string.Join(", ", OverGroups.Select(one => one.Word))}");
            }

            if (set.Scope == Contracts.Scope.Group)
            {
                yield return (index, "'feature' is of a group's members, and a group is no member of a group; it must be left to sets of scope entity");
            }
        }
    }

    /// <summary>How long it is remembered what members say: the longest <c>maxAge</c>; where the set says none, as long as an entity that sends without great gaps may ask, and an hour.</summary>
    public static long KeepsMembers(FeatureSetDefinition set) =>
        set.Features.Where(feature => feature.Source == FeatureSource.GroupAggregate).Max(feature => feature.MaxAge) ?? set.Grace + set.IdleClose + set.ReviseFor + AnHour;

    private static bool IsOverGroup(FeatureSetDefinition set, ExpressionSet expressions, int feature, HashSet<int> seen) =>
        seen.Add(feature) && (set.Features[feature].Source == FeatureSource.GroupAggregate || expressions.UsedBy(feature).Any(used => IsOverGroup(set, expressions, used, seen)));

    public static string Twice(string name) => $"'name' is '{name}', which an earlier feature has; each must have its own";

    /// <summary>Everything that is wrong with a set, each with the rule and the value that breaks it.</summary>
    public static IEnumerable<string> Check(FeatureSetDefinition set)
    {
        string?[] problems =
        [
            OfName(set.Name),
            Whole("version", set.Version, 1, int.MaxValue),
            OfBucket(set.Bucket),
            set.Bucket < 1 ? null : OfAlign(set.Align, set.Bucket),
            Whole("grace", set.Grace, 0, Duration.Longest),
            Whole("idleClose", set.IdleClose, 0, Duration.Longest),
            Whole("reviseFor", set.ReviseFor, 0, Duration.Longest),
            Whole("reviseEvery", set.ReviseEvery, 0, Duration.Longest),
            Enum.IsDefined(set.Emit) ? null : $"'emit' is {set.Emit}; it must be one of {string.Join(", ", Enum.GetNames<EmitMode>())}",
            Enum.IsDefined(set.Scope) ? null : $"'scope' is {set.Scope}; it must be one of {string.Join(", ", Enum.GetNames<Contracts.Scope>())}",
            set.ExpectedReadings is { } expected && !(double.IsFinite(expected) && expected >= 1) ? $"'expected' is {expected} readings; it must be at least 1" : null,
            Whole("maxReadingsPerBucket", set.MaxReadingsPerBucket, 1, MaxReadingsPerBucket),
            Whole("maxOpenBuckets", set.MaxOpenBuckets, 1, MaxOpenBuckets),
            Whole("maxEntities", set.MaxEntities, 1, MaxEntities),
            OfCount(set.Features.Count),
            .. OfFeatures(set),
            .. set.Lags is { } lags ? OfLags(lags, [.. set.Features.Select(feature => feature.Name)]) : [],
        ];
        var found = problems.OfType<string>().ToList();
        if (found.Count == 0)
        {
            // They can only be read where every name stands for one feature.
            var expressions = new ExpressionSet(set, (feature, at, message) => found.Add(feature < 0 ? $"'where', place {at + 1}: {message}" : In(feature, $"'value', place {at + 1}: {message}")));
            found.AddRange(OfGroupAggregates(set, expressions).Select(one => In(one.Feature, one.Problem)));
        }

        return found;
    }

    private static IEnumerable<string?> OfFeatures(FeatureSetDefinition set)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, feature) in set.Features.Index())
        {
            foreach (var (field, value) in ((string, string)[])[("name", feature.Name), Named(feature)])
            {
                if ((value.Length == 0 ? $"'{field}' is empty; it must be a text" : OfLength(field, value)) is { } problem)
                {
                    yield return In(index, problem);
                }
            }

            if (feature.Name.Length > 0 && !names.Add(feature.Name))
            {
                yield return In(index, Twice(feature.Name));
            }

            if (!Enum.IsDefined(feature.Aggregate))
            {
                yield return In(index, $"'aggregate' is {feature.Aggregate}; it must be one of {string.Join(", ", AggregateNames.All.Select(aggregate => aggregate.Word))}");
            }

            if (feature.Over is { } over && set.Bucket > 0 && OfWindow(feature.Aggregate, over, set.Bucket) is { } window)
            {
                yield return In(index, window);
            }

            if (!Enum.IsDefined(feature.Missing.Kind) || !double.IsFinite(feature.Missing.Constant))
            {
                yield return In(index, $"'missing' is {feature.Missing}; it must be nan, skip, a finite number or the last known value");
            }
        }
    }

    /// <summary>What a feature is made of must have a name.</summary>
    private static (string Field, string Value) Named(FeatureDefinition feature) => feature.Source switch
    {
        FeatureSource.Expression => ("value", feature.Expression[..Math.Min(MaxNameLength, feature.Expression.Length)]),
        FeatureSource.Attribute or FeatureSource.GroupAttribute => ("attribute", feature.Attribute),
        FeatureSource.GroupAggregate => ("feature", feature.Feature),
        _ => ("metric", feature.Metric),
    };

    private static string In(int feature, string problem) => $"feature {feature + 1}: {problem}";

    private static string? Whole(string field, long value, long least, long most) =>
        value >= least && value <= most ? null : $"'{field}' is {value}; it must be from {least} to {most}";
}
