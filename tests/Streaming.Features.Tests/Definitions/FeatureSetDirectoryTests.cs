using Streaming.Features.Definitions;

namespace Streaming.Features.Tests.Definitions;

public sealed class FeatureSetDirectoryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("features").FullName;

    [Fact]
    public void Sets_stand_side_by_side_in_the_order_of_name_and_version()
    {
        Write("1.yaml", "b", 10);
        Write("2.yml", "b", 2);
        Write("3.yaml", "a", 1);
        File.WriteAllText(Path.Combine(_directory, "notes.txt"), "no feature set");
        File.WriteAllText(Path.Combine(_directory, "1" + FeatureSetDirectory.ExamplesEnding), "examples: []");
        Assert.Equal(["a:1", "b:2", "b:10"], FeatureSetDirectory.Load(_directory).Select(set => set.Id));
    }

    [Fact]
    public void The_same_set_in_two_files_is_one_and_another_content_under_its_name_and_version_is_refused()
    {
        Write("1.yaml", "a", 1);
        Write("2.yaml", "a", 1, "# the same\n");
        Assert.Single(FeatureSetDirectory.Load(_directory));
        Write("3.yaml", "a", 1, "grace: 5s\n");
        var fault = Assert.Throws<FeatureSetException>(() => FeatureSetDirectory.Load(_directory));
        Assert.Contains("a:1 stands in", fault.Problems.Single().Message, StringComparison.Ordinal);
        Assert.Contains("another version", fault.Message, StringComparison.Ordinal);
        Assert.EndsWith("3.yaml", fault.Problems.Single().File, StringComparison.Ordinal);
    }

    [Fact]
    public void Errors_of_all_files_are_said_at_once()
    {
        Write("1.yaml", "a", 0);
        Write("2.yaml", "b", 1, "graze: 5s\n");
        File.WriteAllText(Path.Combine(_directory, "3.yaml"), "{{");
        Assert.Equal(["1.yaml", "2.yaml", "3.yaml"], Assert.Throws<FeatureSetException>(() => FeatureSetDirectory.Load(_directory)).Problems.Select(problem => Path.GetFileName(problem.File)).Distinct());
    }

    [Fact]
    public void A_folder_that_is_missing_or_empty_is_refused()
    {
        Assert.Contains("holds no .yaml file", Assert.Throws<FeatureSetException>(() => FeatureSetDirectory.Load(_directory)).Message, StringComparison.Ordinal);
        Assert.Contains("no such folder", Assert.Throws<FeatureSetException>(() => FeatureSetDirectory.Load(Path.Combine(_directory, "none"))).Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private void Write(string file, string name, int version, string more = "") =>
        File.WriteAllText(Path.Combine(_directory, file), $"{more}name: {name}\nversion: {version}\nbucket: 1m\nfeatures:\n  - {{ name: x, metric: x, aggregate: last }}\n");
}
