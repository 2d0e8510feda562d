using Streaming.Yaml;

namespace Streaming.Features.Tests.Definitions.Mutations;

/// <summary>Every mistake of some kinds that can be put into a file that is right.</summary>
internal static class AllMutations
{
    private static readonly Dictionary<string, (string[] ByShape, string[] ByRest)> BadValues = new()
    {
        ["name"] = (["b arn", new string('n', 201)], []),
        ["version"] = (["0", "-1", "2147483648", "1.5", "'1'", "one"], []),
        ["bucket"] = (["0", "10 minutes", "-1m", "10", "5m1h", "1.5h"], ["41d"]),
        ["align"] = (["-1m", "m", "1"], ["10m", "1d"]),
        ["grace"] = (["-2m", "soon", "5"], ["999999d"]),
        ["idleClose"] = (["-2m", "soon"], []),
        ["reviseFor"] = (["1w", "ever"], []),
        ["reviseEvery"] = (["1w", "-1s"], []),
        ["from"] = (["yesterday", "5", "1/2/2026", "12:00:00Z", "2026-1-31"], ["2026-13-01", "2026-02-30T00:00:00Z"]),
        ["expected.count"] = (["0", "2147483648", "60.5", "many"], []),
        ["expected.every"] = (["0", "often"], []),
        ["maxReadingsPerBucket"] = (["0", "10000001", "x"], []),
        ["maxOpenBuckets"] = (["0", "1000001", "x"], []),
        ["maxEntities"] = (["0", "1073741825", "x"], []),
        ["lags.count"] = (["0", "10001", "x"], []),
        ["lags.current"] = (["yes", "1"], []),
        ["features.name"] = ([new string('n', 201)], []),
        ["features.metric"] = ([new string('n', 201)], []),
        ["features.attribute"] = ([new string('n', 201)], []),
        ["features.feature"] = ([new string('n', 201)], ["warn", "herd"]),
        ["features.above"] = (["warm", ".inf", ".nan", "'1'"], []),
        ["features.over"] = (["0", "a day", "-1d"], ["15m", "99999d"]),
        ["features.maxAge"] = (["0", "old"], []),
        ["features.missing"] = ([".inf", "never", "last", "'0'"], []),
        ["features.missing.last"] = (["0", "old"], []),
        ["features.value"] = ([], ["warn - 1"]),
        ["where"] = ([], ["temperature"]),
    };

    private static readonly string[] Words = ["emit", "scope", "features.aggregate", "features.of", "features.type", "lags.rows"];

    /// <summary>Every one, for every field of a file.</summary>
    public static List<Mutation> Of(string file)
    {
        var problems = new YamlProblems("good.yaml");
        var root = YamlFile.Parse(file, problems);
        Assert.Empty(problems.Items);
        return [.. Of(file, root!, "")];
    }

    private static IEnumerable<Mutation> Of(string file, YamlMapping mapping, string path)
    {
        foreach (var (key, value) in mapping.Fields)
        {
            var name = path + key.Text;
            yield return Misspelt(file, key, name);
            foreach (var mutation in OfValue(file, key.Text, name, value))
            {
                yield return mutation;
            }

            foreach (var inner in value switch { YamlMapping below => [below], YamlSequence { Items: var items } => items.OfType<YamlMapping>(), _ => [] })
            {
                foreach (var mutation in Of(file, inner, name + "."))
                {
                    yield return mutation;
                }
            }
        }
    }

    private static Mutation Misspelt(string file, YamlScalar key, string name)
    {
        var at = Find(file, key);
        return new Mutation($"{name} misspelt at {at}", at, key.Text.Length, key.Text + key.Text[^1], $"Did you mean '{key.Text}'?", ByShape: true);
    }

    private static IEnumerable<Mutation> OfValue(string file, string key, string name, YamlNode value)
    {
        var at = Find(file, value);
        if (Length(file, at, value) is not { } length)
        {
            yield break;
        }

        yield return new Mutation($"{name} of another type at {at}", at, length, value is YamlScalar ? "[x]" : "x", $"'{key}' is", ByShape: true);
        if (Words.Contains(name))
        {
            var word = ((YamlScalar)value).Text;
            yield return new Mutation($"{name} misspelt", at, length, word + "x", $"Did you mean '{word}'?", ByShape: true);
        }

        var (byShape, byRest) = BadValues.GetValueOrDefault(name, ([], []));
        foreach (var bad in byShape)
        {
            yield return new Mutation($"{name} is {bad}", at, length, bad, $"'{key}'", ByShape: true);
        }

        foreach (var bad in byRest)
        {
            yield return new Mutation($"{name} is {bad}", at, length, bad, $"'{key}'", ByShape: false);
        }

        foreach (var item in value is YamlSequence { Items: var items } && name == "lags.of" ? items : [])
        {
            yield return new Mutation("lags.of has a list", Find(file, item), ((YamlScalar)item).Text.Length, "[x]", "'of' holds a list", ByShape: true);
            yield return new Mutation("lags.of has an unknown feature", Find(file, item), ((YamlScalar)item).Text.Length, "warn", "there is no feature 'warn'", ByShape: false);
        }
    }

    private static int Find(string file, YamlNode node)
    {
        var at = 0;
        for (var line = 1; line < node.Line; line++)
        {
            at = file.IndexOf('\n', at) + 1;
        }

        return at + node.Column - 1;
    }

    /// <summary>How long a value of one line is; null for one of several.</summary>
    private static int? Length(string file, int at, YamlNode value)
    {
        if (value is YamlScalar scalar)
        {
            return scalar.Text.Length + (scalar.IsPlain ? 0 : 2);
        }

        var close = file[at] switch { '{' => '}', '[' => ']', _ => '\n' };
        var end = file.IndexOf(close, at);
        return close == '\n' ? null : end - at + 1;
    }
}
