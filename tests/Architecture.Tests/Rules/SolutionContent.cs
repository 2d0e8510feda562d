using System.Text.RegularExpressions;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests.Rules;

/// <summary>What is not in the solution is not built, and what is not built rots.</summary>
public static partial class SolutionContent
{
    private const string Solution = "Streaming.sln";

    /// <summary>Folders whose projects something else builds, and what.</summary>
    public static readonly IReadOnlyDictionary<string, string> Apart = new Dictionary<string, string>
    {
        ["deploy/samples/clients/"] = "it is a program of others, built where its packages restore (tests/Pipeline.Tests tries)",
        ["deploy/feed/standins/"] = "deploy/feed/ensure.sh builds it, where the package feed lacks what it stands for",
    };

    /// <summary>Projects that the solution lacks, names twice, or should not have.</summary>
    /// <param name="solution">The solution's text.</param>
    /// <param name="projects">The paths of all projects.</param>
    public static IEnumerable<Breach> Check(string solution, IReadOnlyCollection<string> projects)
    {
        var named = ProjectPath().Matches(solution).Select(match => match.Groups[1].Value.Replace('\\', '/')).ToList();
        foreach (var project in projects)
        {
            var apart = Apart.Where(folder => project.StartsWith(folder.Key, StringComparison.Ordinal)).Select(folder => folder.Value).FirstOrDefault();
            if (apart is null && !named.Contains(project))
            {
                yield return new(Solution, 0, $"lacks {project}; add it with: dotnet sln {Solution} add {project}");
            }
            else if (apart is not null && named.Contains(project))
            {
                yield return new(Solution, 0, $"has {project}, but {apart}; remove it with: dotnet sln {Solution} remove {project}");
            }
        }

        foreach (var name in named.Distinct())
        {
            if (!projects.Contains(name))
            {
                yield return new(Solution, 0, $"names {name}, which does not exist.");
            }

            if (named.Count(other => other == name) > 1)
            {
                yield return new(Solution, 0, $"names {name} more than once.");
            }
        }
    }

    [GeneratedRegex("\"([^\"]+\\.csproj)\"")]
    private static partial Regex ProjectPath();
}
