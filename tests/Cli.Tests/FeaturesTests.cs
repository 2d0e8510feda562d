using System.Text.Json;
using Streaming.Testing;

namespace Streaming.Cli.Tests;

/// <summary>What the command says of feature sets; no cluster is needed.</summary>
public sealed class FeaturesTests : IDisposable
{
    private const string Sample = "deploy/samples/occupancy/features/occupancy.yaml";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streaming-features-");

    public static readonly TheoryData<string> Pages = ["README.md", "docs/FEATURES.md", "docs/TESTING.md"];

    /// <summary>Each command of a page, run in the folder of the checkout as it stands there; where the page shows what it says, word for word that.</summary>
    [Theory]
    [MemberData(nameof(Pages))]
    public async Task The_commands_of_the_pages_do_what_the_pages_say(string page)
    {
        const string Indent = "    ";
        const string Program = Indent + "streaming features ";
        var lines = await File.ReadAllLinesAsync(Repository.PathOf(page.Split('/')));
        var commands = lines.Index().Where(line => line.Item.StartsWith(Program, StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(commands);
        foreach (var (index, line) in commands)
        {
            var shown = lines.Skip(index + 1).TakeWhile(next => next.StartsWith(Indent, StringComparison.Ordinal) || next.Length == 0)
                .TakeWhile(next => !next.StartsWith(Indent + "streaming ", StringComparison.Ordinal) && !next.StartsWith(Indent + "dotnet ", StringComparison.Ordinal)).Select(next => next.Length == 0 ? "" : next[Indent.Length..]).ToList();
            var said = await RunAsync(0, line[Indent.Length..].Split(' ')[1..]);
            var wanted = string.Join('\n', shown).Trim();
            if (wanted.Length > 0)
            {
                Assert.Equal(wanted, said.Trim());
            }
        }
    }

    [Fact]
    public async Task The_page_shows_what_explain_says()
    {
        var said = await RunAsync(0, "features", "explain", Sample);
        var block = $"streaming features explain {Sample}\n{said.TrimEnd()}".Split('\n').Select(line => line.Length == 0 ? "" : $"    {line}");
        GeneratedPart.Check("docs/FEATURES.md", "explain", string.Join('\n', block) + "\n");
    }

    [Fact]
    public async Task Every_mistake_of_every_file_is_told_with_its_place_and_a_suggestion()
    {
        var bad = Write("bad.yaml", "name: a\nversion: 0\nbuckt: 1m\nfeatures:\n  - { name: x, metric: t, aggregate: men }\n");
        var worse = Write("worse.yaml", "name: a\nversion: 1\nbucket: 1m\nfeatures:\n  - { name: x, metric: t, aggregate: mean }\n  - { name: y, value: x + z }\n");
        var said = await RunAsync(65, "features", "check", bad, worse, Sample);
        Assert.Contains($"{bad}(2,10): 'version' is '0'", said, StringComparison.Ordinal);
        Assert.Contains($"{bad}(3,1): unknown field 'buckt'", said, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'bucket'?", said, StringComparison.Ordinal);
        Assert.Contains($"{bad}(5,38): 'aggregate' is 'men'", said, StringComparison.Ordinal);
        Assert.Contains($"{worse}(6,27): 'value': there is no 'z' here.", said, StringComparison.Ordinal);
        Assert.Contains("occupancy:1 is right", said, StringComparison.Ordinal);

        var report = JsonDocument.Parse(await RunAsync(65, "features", "check", worse, "--json")).RootElement;
        var problem = Assert.Single(report.GetProperty("problems").EnumerateArray());
        Assert.Equal((6, 27, false), (problem.GetProperty("line").GetInt32(), problem.GetProperty("column").GetInt32(), report.GetProperty("good").GetBoolean()));

        Write("one.yaml", "name: b\nversion: 1\nbucket: 1m\nfeatures: [{ name: x, metric: t, aggregate: mean }]\n");
        Write("two.yaml", "name: b\nversion: 1\nbucket: 2m\nfeatures: [{ name: x, metric: t, aggregate: mean }]\n");
        Assert.Contains("with another content; give this one another version", await RunAsync(65, "features", "check", _folder.FullName), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_and_what_has_no_sense_are_told()
    {
        Assert.Contains("'nothing.yaml': there is no such file or folder.", await RunAsync(78, "features", "check", "nothing.yaml"), StringComparison.Ordinal);
        Assert.Contains("'nothing.yaml': there is no such file.", await RunAsync(78, "features", "explain", "nothing.yaml"), StringComparison.Ordinal);
        var wrong = await RunAsync(78, "features", "explain", Sample, "--outage", "long", "--readings", "-1", "--entities", "-1");
        Assert.Contains("--outage 'long'", wrong, StringComparison.Ordinal);
        Assert.Contains("--readings '-1'", wrong, StringComparison.Ordinal);
        Assert.Contains("--entities '-1'", wrong, StringComparison.Ordinal);
        var set = Write("set.yaml", await File.ReadAllTextAsync(Repository.PathOf(Sample.Split('/'))));
        Assert.Contains("Write the examples of occupancy:1 there", await RunAsync(78, "features", "test", set), StringComparison.Ordinal);
        Assert.Contains("has mistakes", await RunAsync(65, "features", "explain", Write("bad.yaml", "name: a\n")), StringComparison.Ordinal);
        await RunAsync(64, "features", "check");
        await RunAsync(64, "features", "explain", Sample, "--entities", "many");
    }

    [Fact]
    public async Task An_explanation_for_programs_has_the_vector_the_memory_and_the_retention()
    {
        var set = Write("herd.yaml", "name: herd\nversion: 3\nbucket: 10m\nreviseFor: 6h\nexpected: { every: 10s }\nwhere: t > 20\nfeatures:\n  - { name: fever, metric: t, aggregate: timeAbove, above: 39.5, over: 24h, missing: 0, unit: s }\n  - { name: barn, metric: t, of: group, maxAge: 1h, missing: { last: 2h } }\n  - { name: parity, attribute: parity, of: group }\n  - { name: twice, value: fever * 2, missing: skip }\nlags: { count: 2, of: [fever] }\n");
        var report = JsonDocument.Parse(await RunAsync(0, "features", "explain", set, "--entities", "1000", "--outage", "36h", "--json")).RootElement;
        Assert.Equal(
            ["0 fever timeAbove of t above 39.5 over 1d|s|0", "1 barn last t of the group, at most 1h old||the last known, at most 2h old", "2 parity attribute parity of the group||NaN", "3 twice fever * 2||no vector", "4 fever[-1] fever, row 1 of 2|s|", "5 fever[0] fever, row 2 of 2|s|"],
            report.GetProperty("vector").EnumerateArray().Select(value => $"{value.GetProperty("position")} {value.GetProperty("name")} {value.GetProperty("computedFrom")}|{value.GetProperty("unit")}|{value.GetProperty("whenMissing")}"));
        var memory = report.GetProperty("memory");
        Assert.Equal((60.0, 1000), (memory.GetProperty("readingsPerBucket").GetDouble(), memory.GetProperty("entities").GetInt64()));
        Assert.InRange(memory.GetProperty("total").GetDouble(), memory.GetProperty("perEntity").GetDouble() * 1000, (memory.GetProperty("perEntity").GetDouble() + 1) * 1000);
        Assert.Equal(("3d6h", "1d12h"), (report.GetProperty("retentionAbove").GetString(), report.GetProperty("longestOutage").GetString()));
        Assert.Equal(("fever", 144), (report.GetProperty("windows")[0].GetProperty("feature").GetString(), report.GetProperty("windows")[0].GetProperty("buckets").GetInt64()));
        Assert.Equal("feature.state", report.GetProperty("topics").GetProperty("state").GetString());

        var text = await RunAsync(0, "features", "explain", set);
        Assert.Contains("window        fever: 1d, 144 buckets", text, StringComparison.Ordinal);
        Assert.Contains("readings      only where t > 20", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_example_that_does_not_hold_is_told_as_the_page_shows_it()
    {
        var set = Write("occupancy.yaml", await File.ReadAllTextAsync(Repository.PathOf(Sample.Split('/'))));
        var examples = await File.ReadAllTextAsync(Repository.PathOf(Sample.Replace(".yaml", ".examples.yaml", StringComparison.Ordinal).Split('/')));
        var file = Write("occupancy.examples.yaml", examples.Replace("features: { temperature: 23.18,", "features: { temperature: 23.2,", StringComparison.Ordinal));
        var said = (await RunAsync(1, "features", "test", set)).Replace(file, "occupancy.examples.yaml", StringComparison.Ordinal);
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs", "TESTING.md"));
        Assert.Contains(string.Join('\n', said.TrimEnd().Split('\n').Select(line => $"    {line}")), page, StringComparison.Ordinal);

        var report = JsonDocument.Parse(await RunAsync(1, "features", "test", set, "--json")).RootElement;
        Assert.Equal((3, 1), (report.GetProperty("passed").GetInt32(), report.GetProperty("failed").GetInt32()));
        var difference = report.GetProperty("examples")[0].GetProperty("faults")[0].GetProperty("differences")[0];
        Assert.Equal(("temperature", "23.2", "23.18"), (difference.GetProperty("what").GetString(), difference.GetProperty("expected").GetString(), difference.GetProperty("found").GetString()));

        Assert.Contains("(3,1): unknown field 'exampels'", await RunAsync(65, "features", "test", set, "--examples", Write("wrong.examples.yaml", examples.Replace("\nexamples:", "\nexampels:", StringComparison.Ordinal))), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<string> RunAsync(int exitCode, params string[] arguments)
    {
        await using var process = await ChildProcess.RunAsync("dotnet", [Command.Program("Cli", "streaming"), .. arguments], Patience, folder: Repository.Root);
        Assert.True(process.ExitCode == exitCode, $"'{string.Join(' ', arguments)}' ended with {process.ExitCode}, not {exitCode}:\n{process.Output}");
        return process.Output;
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
