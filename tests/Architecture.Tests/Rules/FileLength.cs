using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests.Rules;

/// <summary>A file has one reason to change, and fits into a head.</summary>
public static class FileLength
{
    /// <summary>The most lines that a file of code may have.</summary>
    public const int Most = 400;

    private static readonly string[] CodeExtensions = [".cs", ".sh", ".py", ".js", ".sql", ".cql"];

    /// <summary>Files that may be longer, each with its own bound and the reason why it is better whole.</summary>
    public static readonly IReadOnlyDictionary<string, (int Lines, string Reason)> Longer = new Dictionary<string, (int Lines, string Reason)>();

    /// <summary>Whether a file is too long, or has a permission that it does not need.</summary>
    /// <param name="file">The file.</param>
    /// <param name="longer">The files that may be longer.</param>
    public static IEnumerable<Breach> Check(SourceFile file, IReadOnlyDictionary<string, (int Lines, string Reason)> longer)
    {
        if (!CodeExtensions.Contains(file.Extension))
        {
            yield break;
        }

        var lines = file.Text.EndsWith('\n') ? file.Lines.Length - 1 : file.Lines.Length;
        var permitted = longer.TryGetValue(file.Path, out var own);
        var most = permitted ? own.Lines : Most;
        if (lines > most)
        {
            yield return new(file.Path, 0, $"has {lines} lines, more than {most}: split it by reasons to change.");
        }
        else if (permitted && lines <= Most)
        {
            yield return new(file.Path, 0, $"has {lines} lines and needs no permission to be longer than {Most}: take it out of FileLength.Longer.");
        }
    }
}
