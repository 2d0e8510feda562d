using Streaming.Yaml;

namespace Streaming.Features.Definitions;

/// <summary>Reads a folder of feature sets.</summary>
public static class FeatureSetDirectory
{
    /// <summary>How the name of a file ends that holds a feature set's examples and is none itself.</summary>
    public const string ExamplesEnding = ".examples.yaml";

    private const long MaxFileBytes = 1 << 20;

    /// <summary>Reads every <c>.yaml</c> and <c>.yml</c> file of a folder, not of folders below it, and not their examples.</summary>
    /// <param name="directory">The folder.</param>
    /// <returns>At least one, ordered by name and version, each once.</returns>
    /// <exception cref="FeatureSetException">Something is wrong, or there is none; it lists every error of every file.</exception>
    public static IReadOnlyList<FeatureSetDefinition> Load(string directory)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        if (!Directory.Exists(directory))
        {
            throw Single(directory, "there is no such folder; name the folder that holds the feature sets");
        }

        var files = Files(directory);
        if (files.Count == 0)
        {
            throw Single(directory, "the folder holds no .yaml file; put at least one feature set there");
        }

        var problems = new List<YamlProblem>();
        var found = new SortedDictionary<(string Name, int Version), (FeatureSetDefinition Set, string File)>(Comparer<(string Name, int Version)>.Create(Compare));
        foreach (var file in files)
        {
            var ofFile = new YamlProblems(file);
            if (Read(file, ofFile) is { } set && !found.TryAdd((set.Name, set.Version), (set, file)) && found[(set.Name, set.Version)] is var first && first.Set.Hash != set.Hash)
            {
                ofFile.Add(1, 1, AnotherContent(set.Id, first.File));
            }

            problems.AddRange(ofFile.Items);
        }

        return problems.Count == 0 ? [.. found.Values.Select(entry => entry.Set)] : throw new FeatureSetException(problems);
    }

    /// <summary>The files of a folder that must each hold a feature set, by name.</summary>
    public static IReadOnlyList<string> Files(string directory) =>
        [.. Directory.EnumerateFiles(directory).Where(file => Path.GetExtension(file) is ".yaml" or ".yml" && !file.EndsWith(ExamplesEnding, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>What to say of a set that another file has with another content.</summary>
    /// <param name="id">Name and version.</param>
    /// <param name="first">The other file.</param>
    public static string AnotherContent(string id, string first) => $"feature set {id} stands in {first} with another content; give this one another version";

    /// <summary>Reads one file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="problems">Takes everything that is wrong, each with its line and column; also that the file cannot be read.</param>
    /// <returns>The feature set; null where something is wrong.</returns>
    public static FeatureSetDefinition? Read(string file, YamlProblems problems)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        ArgumentNullException.ThrowIfNull(problems);
        try
        {
            if (new FileInfo(file).Length <= MaxFileBytes)
            {
                return FeatureSetFile.Parse(File.ReadAllText(file), problems);
            }

            problems.Add(1, 1, $"the file is larger than {MaxFileBytes} bytes, which no feature set needs");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problems.Add(1, 1, $"the file cannot be read: {fault.Message}");
        }

        return null;
    }

    /// <summary>The order in which feature sets stand side by side: by name, then by version.</summary>
    internal static int Compare((string Name, int Version) left, (string Name, int Version) right) =>
        string.CompareOrdinal(left.Name, right.Name) is not 0 and var byName ? byName : left.Version.CompareTo(right.Version);

    private static FeatureSetException Single(string place, string message) => new([new YamlProblem(place, 1, 1, message)]);
}
