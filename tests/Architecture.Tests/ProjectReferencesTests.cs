using Streaming.Architecture.Tests.Rules;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests;

public sealed class ProjectReferencesTests
{
    [Fact]
    public void The_projects_keep_to_the_table() => House.Keeps(Checkout.Projects.SelectMany(ProjectReferences.Check));

    [Fact]
    public void Every_line_of_the_table_is_of_a_project_that_exists() =>
        Assert.All(
            ProjectReferences.Allowed.SelectMany(line => line.Value.Append(line.Key)),
            name => Assert.Contains(Checkout.Projects, project => project.Path == $"shared/{name}/{name}.csproj"));

    [Fact]
    public void The_table_has_no_circle()
    {
        var done = new HashSet<string>();
        while (done.Count < ProjectReferences.Allowed.Count)
        {
            var next = ProjectReferences.Allowed.Where(line => !done.Contains(line.Key) && line.Value.All(done.Contains)).Select(line => line.Key).ToList();
            Assert.True(next.Count > 0, $"A circle goes through {string.Join(", ", ProjectReferences.Allowed.Keys.Except(done))}.");
            done.UnionWith(next);
        }
    }

    [Theory]
    [InlineData("shared/Streaming.Kafka", "../Streaming.Pipes/Streaming.Pipes.csproj")]
    [InlineData("shared/Streaming.Kafka", @"..\Streaming.Pipes\Streaming.Pipes.csproj")]
    [InlineData("services/ScoringAgent", "../../shared/Streaming.Models/Streaming.Models.csproj")]
    [InlineData("services/Local", "../ScoringAgent/ScoringAgent.csproj")]
    [InlineData("tests/Streaming.Kafka.Tests", "../../shared/Streaming.Kafka/Streaming.Kafka.csproj")]
    public void Allowed(string folder, string reference) => Assert.Empty(ProjectReferences.Check(Project(folder, Reference(reference))));

    [Theory]
    [InlineData("shared/Streaming.Features", "../Streaming.Kafka/Streaming.Kafka.csproj", "it may reference Streaming.Avro")]
    [InlineData("shared/Streaming.Avro", "../Streaming.Contracts/Streaming.Contracts.csproj", "it may reference no project")]
    [InlineData("shared/Streaming.Newcomer", "../Streaming.Avro/Streaming.Avro.csproj", "not in the table")]
    [InlineData("shared/Streaming.Kafka", "../../services/Cli/Streaming.Pipes.csproj", "it may reference")]
    [InlineData("shared/Streaming.Kafka", "../../tests/Streaming.Testing/Streaming.Testing.csproj", "it may reference")]
    [InlineData("services/ScoringAgent", "../SensorIngest/SensorIngest.csproj", "a service references shared/ only")]
    [InlineData("services/Local", "../../tests/Streaming.Testing/Streaming.Testing.csproj", "a service references shared/ only")]
    [InlineData("deploy/tool", "../../shared/Streaming.Avro/Streaming.Avro.csproj", "only projects of shared/")]
    public void Refused(string folder, string reference, string why) =>
        Assert.Contains(why, Assert.Single(ProjectReferences.Check(Project(folder, Reference(reference)))).Message);

    [Theory]
    [InlineData("shared/Streaming.Kafka", "Confluent.Kafka", 0)]
    [InlineData("services/Local", "Confluent.Kafka", 0)]
    [InlineData("services/ScoringAgent", "Confluent.Kafka", 1)]
    [InlineData("shared/Streaming.Features", "Confluent.Kafka", 1)]
    [InlineData("services/ScoringAgent", "Microsoft.ML.OnnxRuntime", 1)]
    [InlineData("tests/Native.Tests", "Microsoft.ML.OnnxRuntime", 0)]
    [InlineData("services/Cli", "System.CommandLine", 0)]
    public void Packages_of_servers_stay_at_home(string folder, string package, int breaches) =>
        Assert.Equal(breaches, ProjectReferences.Check(Project(folder, $"<PackageReference Include='{package}' />")).Count());

    private static string Reference(string include) => $"<ProjectReference Include='{include}' />";

    private static SourceFile Project(string folder, string content) =>
        new($"{folder}/{folder.Split('/')[1]}.csproj", $"<Project Sdk='Microsoft.NET.Sdk'>\n<ItemGroup>{content}</ItemGroup>\n</Project>");
}
