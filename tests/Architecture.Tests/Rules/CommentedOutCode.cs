using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests.Rules;

/// <summary>Code that is not wanted is taken out; the history keeps it. A comment is taken for code where it ends and parses as a statement does.</summary>
public static partial class CommentedOutCode
{
    /// <summary>Comments of a C# file that are code.</summary>
    public static IEnumerable<Breach> Check(SourceFile file)
    {
        foreach (var comment in file.Syntax.DescendantTrivia())
        {
            if (comment.Kind() is not (SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia))
            {
                continue;
            }

            var first = comment.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
            var lines = comment.ToString().TrimStart('/', '*').TrimEnd('/', '*').Split('\n');
            for (var line = 0; line < lines.Length; line++)
            {
                if (IsCode(lines[line].Trim().TrimStart('*').Trim()))
                {
                    yield return new(file.Path, first + line, $"'{lines[line].Trim()}' is commented-out code: take it out.");
                }
            }
        }
    }

    private static bool IsCode(string text) =>
        text is "{" or "}" or "};" or "});"
        || (BlockOpening().IsMatch(text) && Parses(text + (text.EndsWith('{') ? " }" : " { }")))
        || (text.EndsWith(';') && Parses(text));

    private static bool Parses(string statement) => !SyntaxFactory.ParseStatement(statement, consumeFullText: true).ContainsDiagnostics;

    [GeneratedRegex(@"^(if|while|for|foreach|switch|using|lock)\s*\(.*\)\s*\{?$")]
    private static partial Regex BlockOpening();
}
