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
            From = Since(root, "from"),
            MaxReadingsPerBucket = (int)(root.OptionalInteger("maxReadingsPerBucket", 1, FeatureSetRules.MaxReadingsPerBucket) ?? defaults.MaxReadingsPerBucket),
            MaxOpenBuckets = (int)(root.OptionalInteger("maxOpenBuckets", 1, FeatureSetRules.MaxOpenBuckets) ?? defaults.MaxOpenBuckets),
            MaxEntities = (int)(root.OptionalInteger("maxEntities", 1, FeatureSetRules.MaxEntities) ?? defaults.MaxEntities),
        };
        if (bucket is { } length && FeatureSetRules.OfAlign(set.Align, length) is { } misaligned)
        {
            root.Problem("align", misaligned);
        }

        if (FeatureSetRules.OfBucket(set.Bucket) is { } tooLong)
        {
            root.Problem("bucket", tooLong);
        }

        set = set with { ExpectedReadings = Expected(root, set.Bucket, problems) };
        return new FeatureListReader(root, problems, bucket is not null).Read(set);
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

    /// <summary>Reads a length of time; null where it is left out or wrong.</summary>
    internal static long? Length(YamlMapping root, string name, YamlProblems problems, long least = 0)
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

    private static long? Since(YamlMapping root, string name)
    {
        if (root.OptionalText(name) is not { } text)
        {
            return null;
        }

        if (Moment.TryParse(text, out var moment))
        {
            return moment;
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
}
