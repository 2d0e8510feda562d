using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace Streaming.Avro.Generator;

/// <summary>C# names of what schemas name in snake_case.</summary>
internal static class Names
{
    public static string Pascal(string name)
    {
        var result = new StringBuilder();
        foreach (var part in name.Split('_'))
        {
            if (part.Length > 0)
            {
                result.Append(char.ToUpperInvariant(part[0])).Append(part, 1, part.Length - 1);
            }
        }

        return result.ToString();
    }

    public static string Parameter(string name)
    {
        var pascal = Pascal(name);
        var camel = char.ToLowerInvariant(pascal[0]) + pascal.Substring(1);
        return SyntaxFacts.GetKeywordKind(camel) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(camel) != SyntaxKind.None ? "@" + camel : camel;
    }

    public static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}
