using System.Text.Json;
using System.Text.RegularExpressions;
using Streaming.Features.Definitions;
using Streaming.Features.Tests.Definitions.Mutations;
using Streaming.Testing;
using Streaming.Yaml;

namespace Streaming.Features.Tests.Definitions;

/// <summary>The schema that editors complete feature sets by says what the loader says.</summary>
public sealed partial class FeatureSetSchemaTests
{
    private const string Python = "/usr/bin/python3";
    private const string Head = "name: a\nversion: 1\nbucket: 1m\n";
    private const string Feature = "features: [{ name: x, metric: x, aggregate: sum }]\n";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string SchemaFile = Repository.PathOf("schemas", "feature-set.schema.json");
    private static readonly JsonElement Schema = JsonDocument.Parse(File.ReadAllText(SchemaFile)).RootElement;

    /// <summary>Files with an unknown field in each mapping that a file can have, by the place of the mapping in the schema. A feature has other fields by what it is made of.</summary>
    private static readonly Dictionary<string, string[]> Mappings = new()
    {
        ["/properties"] = [Head + Feature + "unheard-of: 1\n"],
        ["/properties/expected/properties"] = [Head + Feature + "expected: { count: 1, unheard-of: 1 }\n"],
        ["/properties/lags/properties"] = [Head + Feature + "lags: { count: 1, of: [x], unheard-of: 1 }\n"],
        ["/$defs/feature/properties"] =
        [
            Head + "features: [{ name: x, metric: x, aggregate: timeAbove, above: 1, unheard-of: 1 }]\n",
            Head + "features: [{ name: x, metric: x, of: group, unheard-of: 1 }]\n",
            Head + "features: [{ name: x, attribute: x, unheard-of: 1 }]\n",
            Head + "features: [{ name: x, value: 1, unheard-of: 1 }]\n",
            Head + "features: [{ name: x, feature: y, of: group, aggregate: sum, unheard-of: 1 }]\n",
        ],
        ["/$defs/missing/anyOf/2/properties"] = [Head + "features: [{ name: x, metric: x, aggregate: sum, missing: { last: 1h, unheard-of: 1 } }]\n"],
    };

    /// <summary>Files with a wrong word in each field that takes one of some, by the place of the field in the schema.</summary>
    private static readonly Dictionary<string, string> Words = new()
    {
        ["/properties/emit"] = Head + Feature + "emit: xyz\n",
        ["/properties/scope"] = Head + Feature + "scope: xyz\n",
        ["/properties/lags/properties/rows"] = Head + Feature + "lags: { count: 1, of: [x], rows: xyz }\n",
        ["/$defs/feature/properties/aggregate"] = Head + "features: [{ name: x, metric: x, aggregate: xyz }]\n",
        ["/$defs/feature/properties/of"] = Head + "features: [{ name: x, metric: x, of: xyz }]\n",
        ["/$defs/feature/properties/type"] = Head + "features: [{ name: x, attribute: x, type: xyz }]\n",
    };

    [Fact]
    public void It_has_every_field_that_the_loader_has_and_no_other()
    {
        Assert.Equal(Mappings.Keys.Order(StringComparer.Ordinal), PlacesOf("properties").Order(StringComparer.Ordinal));
        foreach (var (place, files) in Mappings)
        {
            var loaders = files.SelectMany(file => FieldsHere().Match(Told(file, "unknown field 'unheard-of'")).Groups[1].Value.Split(", ")).ToHashSet();
            var schemas = At(place).EnumerateObject().Select(field => field.Name).ToHashSet();
            Assert.True(loaders.SetEquals(schemas), $"{place} of {SchemaFile}: add {string.Join(", ", loaders.Except(schemas))}; take out {string.Join(", ", schemas.Except(loaders))}.");
            Assert.All(At(place).EnumerateObject(), field => Assert.True(field.Value.TryGetProperty("description", out _), $"{place}/{field.Name} has no description: it is what an editor shows."));
        }
    }

    [Fact]
    public void It_has_every_word_that_the_loader_has_and_no_other()
    {
        Assert.Equal(Words.Keys.Order(StringComparer.Ordinal), PlacesOf("enum").Except(["/$defs/missing/anyOf/0"]).Order(StringComparer.Ordinal));
        foreach (var (place, file) in Words)
        {
            var loaders = OneOf().Match(Told(file, "it must be one of")).Groups[1].Value.Split(", ");
            Assert.Equal(loaders, At(place).GetProperty("enum").EnumerateArray().Select(word => word.GetString()!));
        }

        var overGroup = Schema.GetProperty("$defs").GetProperty("feature").GetProperty("allOf")[2].GetProperty("then").GetProperty("properties").GetProperty("aggregate").GetProperty("enum");
        Assert.Equal(
            OneOf().Match(Told(Head + "features: [{ name: x, feature: x, of: group, aggregate: xyz }]\n", "it must be one of")).Groups[1].Value.Split(", "),
            overGroup.EnumerateArray().Select(word => word.GetString()!));
        Assert.Equal(["nan", "skip"], At("/$defs/missing/anyOf/0/enum").EnumerateArray().Select(word => word.GetString()!));
    }

    [Fact]
    public async Task Another_validator_takes_every_file_that_is_right_and_none_that_is_wrong_by_itself()
    {
        Assert.SkipUnless(File.Exists(Python), $"There is no {Python}.");
        await using var probe = await ChildProcess.RunAsync(Python, ["-c", "import jsonschema, yaml; jsonschema.Draft202012Validator"], Patience);
        Assert.SkipUnless(probe.ExitCode == 0, "Debian's python3-jsonschema and python3-yaml are not installed.");

        var right = GoodFiles.All.Concat(Checkout().Select(File.ReadAllText)).ToList();
        Assert.True(right.Count >= 6, $"only {right.Count} files");
        var wrong = GoodFiles.All.SelectMany(file => AllMutations.Of(file).Where(mutation => mutation.ByShape).Select(mutation => (mutation.What, Text: Mutation.Apply(file, [mutation]))))
            .Concat(new[]
            {
                "value: x, of: group", "value: x, aggregate: sum", "attribute: x, aggregate: sum", "metric: x", "metric: x, value: x", "metric: x, aggregate: sum, above: 1",
                "metric: x, aggregate: timeAbove", "metric: x, aggregate: sum, maxAge: 1h", "metric: x, of: group, over: 1h", "metric: x, of: group, aggregate: sum", "metric: x, aggregate: sum, type: time", "unit: x",
                "feature: x, of: group", "feature: x, aggregate: mean", "feature: x, of: group, aggregate: last", "feature: x, of: group, aggregate: mean, over: 1h", "feature: x, metric: x, of: group, aggregate: mean",
            }.Select(feature => (feature, Head + $"features: [{{ name: y, {feature} }}]\n")))
            .Append(("no features", Head)).Append(("no feature", Head + "features: []\n")).Append(("both", Head + Feature + "expected: { count: 1, every: 1s }\n")).Append(("neither", Head + Feature + "expected: {}\n")).ToList();
        Assert.All(wrong, file => Assert.NotEmpty(Problems(file.Item2)));

        var verdicts = await ValidateAsync([.. right, .. wrong.Select(file => file.Item2)]);
        Assert.All(verdicts.Take(right.Count).Zip(right), pair => Assert.True(pair.First == "right", $"{pair.First}\n{pair.Second}"));
        Assert.All(verdicts.Skip(right.Count).Zip(wrong), pair => Assert.True(pair.First.StartsWith("wrong", StringComparison.Ordinal), $"{pair.Second.Item1} is taken:\n{pair.Second.Item2}"));
    }

    [Fact]
    public void The_samples_name_it_where_they_are_so_that_editors_find_it()
    {
        var samples = Checkout().Where(file => file.Contains($"{Path.DirectorySeparatorChar}samples{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(samples);
        Assert.All(samples, file =>
        {
            const string Line = "# yaml-language-server: $schema=";
            var first = File.ReadLines(file).First();
            Assert.StartsWith(Line, first, StringComparison.Ordinal);
            Assert.Equal(SchemaFile, Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, first[Line.Length..])));
        });
    }

    /// <summary>Every feature set of the checkout.</summary>
    private static List<string> Checkout() =>
        [.. new[] { "deploy", "tests" }.SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.yaml", SearchOption.AllDirectories))
            .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj") && Path.GetFileName(Path.GetDirectoryName(file)) is "features" or "FeatureSets" && !file.EndsWith(".examples.yaml", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)];

    private static async Task<List<string>> ValidateAsync(IReadOnlyList<string> files)
    {
        var folder = Directory.CreateTempSubdirectory("streaming-schema-");
        foreach (var (index, text) in files.Index())
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, $"{index:D6}.yaml"), text);
        }

        var results = Path.GetTempFileName();
        await using var run = await ChildProcess.RunAsync("/bin/sh", ["-c", $"'{Python}' '{Path.Combine(AppContext.BaseDirectory, "Definitions", "validate.py")}' '{SchemaFile}' '{folder.FullName}' > '{results}'"], Patience);
        Assert.True(run.ExitCode == 0, run.Output);
        var verdicts = File.ReadLines(results).Select(line => line.Split('\t')[1]).ToList();
        folder.Delete(recursive: true);
        File.Delete(results);
        Assert.Equal(files.Count, verdicts.Count);
        return verdicts;
    }

    private static IReadOnlyList<YamlProblem> Problems(string text)
    {
        var problems = new YamlProblems("f.yaml");
        FeatureSetFile.Parse(text, problems);
        return problems.Items;
    }

    private static string Told(string file, string fragment) => Assert.Single(Problems(file), problem => problem.Message.Contains(fragment, StringComparison.Ordinal)).Message;

    private static JsonElement At(string place) => place.Split('/')[1..].Aggregate(Schema, (at, part) => at.ValueKind == JsonValueKind.Array ? at[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)] : at.GetProperty(part));

    /// <summary>Where the schema has mappings of fields, or fields that take one of some words; conditions apart, which only narrow them.</summary>
    private static IEnumerable<string> PlacesOf(string keyword) => PlacesOf(keyword, Schema, "");

    private static IEnumerable<string> PlacesOf(string keyword, JsonElement at, string place) => at.ValueKind switch
    {
        JsonValueKind.Object => at.EnumerateObject().Where(part => part.Name != "allOf").SelectMany(part =>
            (part.Name == keyword && !place.EndsWith("/properties", StringComparison.Ordinal) ? [keyword == "enum" ? place : $"{place}/{keyword}"] : Enumerable.Empty<string>())
            .Concat(PlacesOf(keyword, part.Value, $"{place}/{part.Name}"))),
        JsonValueKind.Array => at.EnumerateArray().SelectMany((item, index) => PlacesOf(keyword, item, $"{place}/{index}")),
        _ => [],
    };

    [GeneratedRegex(@"the fields here are ([^.]*)\.")]
    private static partial Regex FieldsHere();

    [GeneratedRegex(@"it must be one of ([^.]*)\.")]
    private static partial Regex OneOf();
}
