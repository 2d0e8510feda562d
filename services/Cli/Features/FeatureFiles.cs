using Streaming.Features.Definitions;
using Streaming.Hosting;
using Streaming.Yaml;

namespace Streaming.Cli.Features;

/// <summary>Feature sets in files that a command was given.</summary>
internal static class FeatureFiles
{
    /// <summary>Reads files and folders.</summary>
    /// <returns>The sets that are right, in the order of the files; everything that is wrong, by file and place.</returns>
    /// <exception cref="ConfigurationException">One of them is not there; all are named.</exception>
    public static (IReadOnlyList<(string File, FeatureSetDefinition Set)> Sets, IReadOnlyList<YamlProblem> Problems) Read(IReadOnlyList<string> places)
    {
        var missing = places.Where(place => !File.Exists(place) && !Directory.Exists(place)).Select(place => $"'{place}': there is no such file or folder.").ToList();
        if (missing.Count > 0)
        {
            throw new ConfigurationException(missing);
        }

        var sets = new List<(string File, FeatureSetDefinition Set)>();
        var problems = new List<YamlProblem>();
        foreach (var file in places.SelectMany(FilesOf).Distinct())
        {
            var ofFile = new YamlProblems(file);
            if (FeatureSetDirectory.Read(file, ofFile) is { } set)
            {
                if (sets.Find(other => other.Set.Id == set.Id && other.Set.Hash != set.Hash) is { File: { } first })
                {
                    ofFile.Add(1, 1, FeatureSetDirectory.AnotherContent(set.Id, first));
                }

                sets.Add((file, set));
            }

            problems.AddRange(ofFile.Items.OrderBy(problem => (problem.Line, problem.Column)));
        }

        return ([.. sets.Where(set => !problems.Exists(problem => problem.File == set.File))], problems);
    }

    /// <summary>Reads one file that must be right.</summary>
    /// <exception cref="ConfigurationException">It is not there.</exception>
    /// <exception cref="CommandException">Something is wrong in it; everything is named.</exception>
    public static FeatureSetDefinition ReadOne(string file)
    {
        if (!File.Exists(file))
        {
            throw new ConfigurationException([$"'{file}': there is no such file."]);
        }

        var problems = new YamlProblems(file);
        return FeatureSetDirectory.Read(file, problems) ?? throw Wrong(problems);
    }

    /// <summary>Reads what <c>--definition</c> names.</summary>
    /// <param name="file">The file.</param>
    /// <param name="errors">Takes everything that is wrong with it.</param>
    /// <returns>The set; null where something is wrong.</returns>
    public static FeatureSetDefinition? ReadDefinition(FileInfo file, List<string> errors)
    {
        if (!file.Exists)
        {
            errors.Add($"--definition '{file}': there is no such file.");
            return null;
        }

        var problems = new YamlProblems(file.Name);
        var set = FeatureSetDirectory.Read(file.FullName, problems);
        errors.AddRange(problems.Items.Select(problem => $"--definition: {problem}"));
        return set;
    }

    /// <summary>Why a file cannot be used.</summary>
    public static CommandException Wrong(YamlProblems problems) => new(
        $"{problems.File} has mistakes:{Environment.NewLine}{string.Join(Environment.NewLine, problems.Items.OrderBy(problem => (problem.Line, problem.Column)))}", exitCode: CommandExit.BadInput);

    private static IEnumerable<string> FilesOf(string place) => Directory.Exists(place) ? FeatureSetDirectory.Files(place) : [place];
}

/// <summary>A mistake in a file, and where; line and column from 1.</summary>
internal sealed record FileProblem(string File, int Line, int Column, string Message);
