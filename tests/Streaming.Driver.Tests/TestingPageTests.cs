using Streaming.Driver.Examples;
using Streaming.Features.Definitions;
using Streaming.Testing;
using Streaming.Yaml;

namespace Streaming.Driver.Tests;

/// <summary>What docs/TESTING.md shows is compiled and run, word for word.</summary>
public sealed class TestingPageTests
{
    private static readonly string Page = File.ReadAllText(Repository.PathOf("docs", "TESTING.md"));

    [Fact]
    public void The_test_in_C_sharp_is_one_of_these() =>
        Assert.Equal(File.ReadAllText(Repository.PathOf("tests", "Streaming.Driver.Tests", "HerdTests.cs")).TrimEnd(), Block("csharp"));

    [Fact]
    public void The_example_passes_and_stands_beside_the_samples_set()
    {
        var file = Repository.PathOf("deploy", "samples", "occupancy", "features", "occupancy.yaml");
        Assert.Contains(Block("yaml"), File.ReadAllText(ExampleFile.PathBeside(file)), StringComparison.Ordinal);
        var problems = new YamlProblems("TESTING.md");
        var set = FeatureSetDirectory.Read(file, problems)!;
        var examples = ExampleFile.Parse(Block("yaml"), set, problems);
        Assert.Empty(problems.Items);
        Assert.All(ExampleRun.All(examples!, set), result => Assert.True(result.Passed));
    }

    private static string Block(string language)
    {
        var begin = $"```{language}\n";
        var from = Page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        Assert.True(from >= begin.Length);
        return Page[from..Page.IndexOf("\n```", from, StringComparison.Ordinal)];
    }
}
