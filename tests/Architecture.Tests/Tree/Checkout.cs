using Streaming.Testing;

namespace Streaming.Architecture.Tests.Tree;

/// <summary>The files of the checkout that people wrote.</summary>
public static class Checkout
{
    private static readonly string[] TextExtensions = [
        ".cs", ".csproj", ".props", ".targets", ".sln", ".md", ".sh", ".py", ".js", ".css", ".html", ".sql", ".cql",
        ".yaml", ".yml", ".json", ".avsc", ".nuspec", ".proto"];

    // Made by builds, package managers, editors and runs; each is in .gitignore.
    private static readonly string[] MadeFolders = ["bin", "obj", "TestResults", "BenchmarkDotNet.Artifacts", "node_modules", "__pycache__"];
    private static readonly string[] MadePaths = ["deploy/feed/packages", "deploy/feed/cache", "deploy/feed/work"];

    private static readonly Lazy<IReadOnlyList<SourceFile>> AllFiles = new(() => [.. Read(Repository.Root).OrderBy(file => file.Path, StringComparer.Ordinal)]);

    /// <summary>Every text file.</summary>
    public static IReadOnlyList<SourceFile> Files => AllFiles.Value;

    /// <summary>The C# files of what runs in production.</summary>
    public static IEnumerable<SourceFile> ProductCode => Files.Where(file => file.IsProduct && file.Extension == ".cs");

    /// <summary>Every C# file.</summary>
    public static IEnumerable<SourceFile> Code => Files.Where(file => file.Extension == ".cs");

    /// <summary>Every project file.</summary>
    public static IEnumerable<SourceFile> Projects => Files.Where(file => file.Extension == ".csproj");

    /// <summary>Whether a path from the folder of the solution is a file or folder.</summary>
    public static bool Exists(string path) => Path.Exists(Path.Combine(Repository.Root, path));

    private static IEnumerable<SourceFile> Read(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            var path = FromRoot(file);
            if (TextExtensions.Contains(Path.GetExtension(file)) || path == ".ci/run")
            {
                yield return new SourceFile(path, File.ReadAllText(file));
            }
        }

        foreach (var child in Directory.EnumerateDirectories(folder).Where(child => !IsMade(child)))
        {
            foreach (var file in Read(child))
            {
                yield return file;
            }
        }
    }

    private static bool IsMade(string folder)
    {
        var name = Path.GetFileName(folder);
        return (name.StartsWith('.') && name is not (".ci" or ".github")) || MadeFolders.Contains(name) || MadePaths.Contains(FromRoot(folder));
    }

    private static string FromRoot(string path) => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/');
}
