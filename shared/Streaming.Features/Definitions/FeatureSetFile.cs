using System.Globalization;
using Streaming.Contracts;
using Streaming.Yaml;

namespace Streaming.Features.Definitions;

/// <summary>Reads one feature set from YAML.</summary>
public static class FeatureSetFile
{
    /// <summary>Reads a feature set.</summary>
    /// <param name="text">The YAML.</param>
    /// <param name="problems">Takes everything that is wrong, each with its line and column.</param>
    /// <returns>The feature set; null where something is wrong.</returns>
    public static FeatureSetDefinition? Parse(string text, YamlProblems problems)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(problems);
        var before = problems.Items.Count;
        if (YamlFile.Parse(text, problems) is not { } root)
        {
            return null;
        }

        var set = Read(root, problems) with { Content = text };
        root.RefuseUnknown();
        return problems.Items.Count == before ? set : null;
    }

    private static FeatureSetDefinition Read(YamlMapping root, YamlProblems problems)
    {
        var defaults = new FeatureSetDefinition { Name = "", Version = 1, Bucket = 1, Features = [] };
        root.OptionalText("description");
        var bucket = Length(root, "bucket", problems, least: 1);
        if (bucket is null && root.Find("bucket") is null)
        {
            root.Problem("bucket", "'bucket' is missing; give the length of a bucket, such as 10m");
        }

        var set = defaults with
        {
            Name = Name(root),
            Version = (int)root.Integer("version", 1, int.MaxValue),
            Bucket = bucket ?? 1,
            Align = Length(root, "align", problems) ?? defaults.Align,
            Grace = Length(root, "grace", problems) ?? defaults.Grace,
            IdleClose = Length(root, "idleClose", problems) ?? defaults.IdleClose,
            ReviseFor = Length(root, "reviseFor", problems) ?? defaults.ReviseFor,
            ReviseEvery = Length(root, "reviseEvery", problems) ?? defaults.ReviseEvery,
            Emit = root.OptionalChoice("emit", ("close", EmitMode.Close), ("complete", EmitMode.Complete)),
            Scope = root.OptionalChoice("scope", ("entity", Scope.Entity), ("group", Scope.Group)),
            From = Moment(root, "from"),
            MaxReadingsPerBucket = (int)(root.OptionalInteger("maxReadingsPerBucket", 1, FeatureSetRules.MaxReadingsPerBucket) ?? defaults.MaxReadingsPerBucket),
            MaxOpenBuckets = (int)(root.OptionalInteger("maxOpenBuckets", 1, FeatureSetRules.MaxOpenBuckets) ?? defaults.MaxOpenBuckets),
            MaxEntities = (int)(root.OptionalInteger("maxEntities", 1, FeatureSetRules.MaxEntities) ?? defaults.MaxEntities),
        };
        if (bucket is { } length && FeatureSetRules.OfAlign(set.Align, length) is { } misaligned)
        {
            root.Problem("align", misaligned);
        }

        return set with { ExpectedReadings = Expected(root, set.Bucket, problems), Features = Features(root, problems) };
    }

    private static string Name(YamlMapping root)
    {
        var name = root.Text("name");
        if (name.Length > 0 && FeatureSetRules.OfName(name) is { } problem)
        {
            root.Problem("name", problem);
        }

        return name;
    }

    private static long? Length(YamlMapping root, string name, YamlProblems problems, long least = 0)
    {
        if (root.Find(name) is not { } node)
        {
            return null;
        }

        if (node is YamlScalar scalar && Duration.TryParse(scalar.Text, out var value) && value >= least)
        {
            return value;
        }

        problems.Add(node, $"'{name}' is {(node is YamlScalar shown ? $"'{shown.Text}'" : node.Kind)}; it must be a length of time such as 500ms, 30s, 10m, 1h30m or 2d{(least > 0 ? ", greater than 0" : ", or 0")}");
        return null;
    }

    private static long? Moment(YamlMapping root, string name)
    {
        if (root.OptionalText(name) is not { } text)
        {
            return null;
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
        {
            return moment.ToUnixTimeMilliseconds();
        }

        root.Problem(name, $"'{name}' is '{text}'; it must be a moment such as 2026-01-31T00:00:00Z");
        return null;
    }

    private static double? Expected(YamlMapping root, long bucket, YamlProblems problems)
    {
        if (root.OptionalMapping("expected") is not { } expected)
        {
            return null;
        }

        double? count = expected.OptionalInteger("count", 1, int.MaxValue);
        var every = Length(expected, "every", problems, least: 1);
        expected.RefuseUnknown();
        if (expected.Find("count") is null == expected.Find("every") is null)
        {
            problems.Add(expected, "'expected' must have either 'count' (readings of a bucket) or 'every' (time between two readings)");
            return null;
        }

        return count ?? (every is { } step ? Math.Max(1, (double)bucket / step) : null);
    }

    private static List<FeatureDefinition> Features(YamlMapping root, YamlProblems problems)
    {
        var features = new List<FeatureDefinition>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        var items = root.Items("features");
        if (root.Find("features") is YamlSequence && FeatureSetRules.OfCount(items.Count) is { } problem)
        {
            root.Problem("features", problem);
        }

        foreach (var item in items)
        {
            if (item is not YamlMapping mapping)
            {
                problems.Add(item, $"a feature is {item.Kind}; it must be a mapping with name, metric and aggregate");
                continue;
            }

            var feature = Feature(mapping, problems);
            mapping.RefuseUnknown();
            if (feature.Name.Length > 0 && !names.Add(feature.Name))
            {
                mapping.Problem("name", FeatureSetRules.Twice(feature.Name));
            }

            features.Add(feature);
        }

        return features;
    }

    private static FeatureDefinition Feature(YamlMapping mapping, YamlProblems problems)
    {
        var name = mapping.Text("name");
        var metric = mapping.Text("metric");
        foreach (var (field, value) in (ReadOnlySpan<(string, string)>)[("name", name), ("metric", metric)])
        {
            if (FeatureSetRules.OfLength(field, value) is { } problem)
            {
                mapping.Problem(field, problem);
            }
        }

        return new FeatureDefinition
        {
            Name = name,
            Metric = metric,
            Aggregate = mapping.Choice("aggregate", AggregateNames.All),
            Missing = Missing(mapping, problems),
            Unit = mapping.OptionalText("unit") ?? "",
            Description = mapping.OptionalText("description") ?? "",
        };
    }

    private static MissingPolicy Missing(YamlMapping mapping, YamlProblems problems)
    {
        if (mapping.Find("missing") is not { } node)
        {
            return MissingPolicy.None;
        }

        if (node is YamlScalar scalar)
        {
            if (scalar.Text == "nan")
            {
                return new MissingPolicy(MissingPolicyKind.Nan, 0);
            }

            if (scalar.TryNumber(out var constant))
            {
                return new MissingPolicy(MissingPolicyKind.Constant, constant);
            }
        }

        problems.Add(node, $"'missing' is {(node is YamlScalar shown ? $"'{shown.Text}'" : node.Kind)}; it must be nan or a finite number");
        return MissingPolicy.None;
    }
}
