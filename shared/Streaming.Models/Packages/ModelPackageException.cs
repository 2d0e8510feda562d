namespace Streaming.Models.Packages;

/// <summary>A model package cannot be used. It names everything that is wrong with it.</summary>
public sealed class ModelPackageException : Exception
{
    /// <summary>A package with all that is wrong with it.</summary>
    public ModelPackageException(string directory, IReadOnlyList<string> problems)
        : base($"model package '{directory}' cannot be used:{string.Concat(problems.Select(problem => "\n  " + problem))}")
    {
        Directory = directory;
        Problems = problems;
    }

    /// <summary>The package's folder.</summary>
    public string Directory { get; }

    /// <summary>Each with the file and, where it has one, the place, the value and the rule.</summary>
    public IReadOnlyList<string> Problems { get; }
}
