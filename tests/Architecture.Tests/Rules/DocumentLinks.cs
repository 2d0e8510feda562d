using System.Text.RegularExpressions;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests.Rules;

/// <summary>A link inside the repository leads somewhere: to a file or folder, and to a heading where it names one.</summary>
public static partial class DocumentLinks
{
    /// <summary>Links of a Markdown file that lead nowhere.</summary>
    /// <param name="document">The file.</param>
    /// <param name="exists">Whether a path from the folder of the solution exists.</param>
    /// <param name="read">The text of a Markdown file by its path from the folder of the solution.</param>
    public static IEnumerable<Breach> Check(SourceFile document, Func<string, bool> exists, Func<string, string> read)
    {
        foreach (var (text, line) in Prose(document.Lines))
        {
            foreach (Match link in Link().Matches(text))
            {
                var target = link.Groups[1].Value;
                if (External().IsMatch(target))
                {
                    continue;
                }

                var parts = target.Split('#', 2);
                var path = parts[0].Length == 0
                    ? document.Path
                    : Path.GetRelativePath("/", Path.GetFullPath($"/{(parts[0].StartsWith('/') ? "" : document.Folder)}/{Uri.UnescapeDataString(parts[0])}"));
                if (!exists(path))
                {
                    yield return new(document.Path, line, $"the link to '{target}' leads nowhere: there is no {path}.");
                }
                else if (parts.Length == 2 && path.EndsWith(".md", StringComparison.Ordinal) && !Anchors(read(path)).Contains(parts[1]))
                {
                    yield return new(document.Path, line, $"the link to '{target}' leads nowhere: {path} has no such heading.");
                }
            }
        }
    }

    // Outside fenced blocks, and without spans of code.
    private static IEnumerable<(string Text, int Line)> Prose(string[] lines)
    {
        var fenced = false;
        for (var line = 0; line < lines.Length; line++)
        {
            if (lines[line].TrimStart().StartsWith("```", StringComparison.Ordinal))
            {
                fenced = !fenced;
            }
            else if (!fenced)
            {
                yield return (CodeSpan().Replace(lines[line], "code"), line + 1);
            }
        }
    }

    private static HashSet<string> Anchors(string markdown) =>
        [.. markdown.Split('\n').Where(line => line.StartsWith('#')).Select(line => Slug(line.TrimStart('#').Trim()))];

    private static string Slug(string heading) => NotInSlug().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex(@"\]\(<?([^)\s>]+)>?(?:\s+""[^""]*"")?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^[a-z][a-z0-9+.-]*:", RegexOptions.IgnoreCase)]
    private static partial Regex External();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInSlug();
}
