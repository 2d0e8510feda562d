using Streaming.Testing;

namespace Streaming.Deployment.Tests;

/// <summary>deploy/containers/Dockerfile, as far as it must be understood to be checked.</summary>
internal sealed class Dockerfile
{
    /// <summary>Where it is.</summary>
    public const string Place = "deploy/containers/Dockerfile";

    private Dockerfile(IReadOnlyList<DockerStage> stages) => Stages = stages;

    public IReadOnlyList<DockerStage> Stages { get; }

    public static Dockerfile Read()
    {
        var stages = new List<DockerStage>();
        foreach (var line in File.ReadAllLines(Repository.PathOf(Place.Split('/'))).Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('#')))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0] == "FROM")
            {
                Assert.Equal((4, "AS"), (words.Length, words[2]));
                stages.Add(new DockerStage(words[3], words[1], []));
            }
            else
            {
                stages[^1].Lines.Add((words[0], line[words[0].Length..].Trim()));
            }
        }

        return new Dockerfile(stages);
    }

    public DockerStage Stage(string name) => Stages.Single(stage => stage.Name == name);

    /// <summary>A stage's lines with those of the stages that it begins with, in their order.</summary>
    public IEnumerable<(string Word, string Text)> AllLines(DockerStage stage) =>
        Stages.FirstOrDefault(other => other.Name == stage.From) is { } from ? AllLines(from).Concat(stage.Lines) : stage.Lines;
}

/// <summary>What stands between one FROM and the next.</summary>
internal sealed record DockerStage(string Name, string From, List<(string Word, string Text)> Lines);
