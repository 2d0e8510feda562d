namespace Streaming.Features.Definitions;

/// <summary>What must hold of a feature set, however it was made. Each rule gives what is wrong, or null.</summary>
internal static class FeatureSetRules
{
    public const int MaxReadingsPerBucket = 10_000_000;
    public const int MaxOpenBuckets = 1_000_000;
    public const int MaxEntities = 1 << 30;
    private const int MaxFeatures = 10_000;
    private const int MaxNameLength = 200;

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

    public static string Twice(string name) => $"'name' is '{name}', which an earlier feature has; each must have its own";

    /// <summary>Everything that is wrong with a set, each with the rule and the value that breaks it.</summary>
    public static IEnumerable<string> Check(FeatureSetDefinition set)
    {
        string?[] problems =
        [
            OfName(set.Name),
            Whole("version", set.Version, 1, int.MaxValue),
            Whole("bucket", set.Bucket, 1, Duration.Longest),
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
            .. OfFeatures(set.Features),
        ];
        return problems.OfType<string>();
    }

    private static IEnumerable<string?> OfFeatures(IReadOnlyList<FeatureDefinition> features)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, feature) in features.Index())
        {
            foreach (var (field, value) in ((string, string)[])[("name", feature.Name), ("metric", feature.Metric)])
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

            if (!Enum.IsDefined(feature.Missing.Kind) || !double.IsFinite(feature.Missing.Constant))
            {
                yield return In(index, $"'missing' is {feature.Missing}; it must be nan or a finite number");
            }
        }
    }

    private static string In(int feature, string problem) => $"feature {feature + 1}: {problem}";

    private static string? Whole(string field, long value, long least, long most) =>
        value >= least && value <= most ? null : $"'{field}' is {value}; it must be from {least} to {most}";
}
