using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Streaming.Architecture.Tests.Tree;

/// <summary>A text file of the checkout.</summary>
/// <param name="path">Its path from the folder of the solution, with forward slashes.</param>
/// <param name="text">Its content.</param>
public sealed class SourceFile(string path, string text)
{
    private SyntaxNode? _syntax;

    public string Path { get; } = path;

    public string Text { get; } = text;

    public string[] Lines { get; } = text.Split('\n');

    public string Extension { get; } = System.IO.Path.GetExtension(path);

    public string Folder { get; } = System.IO.Path.GetDirectoryName(path)?.Replace('\\', '/') ?? "";

    /// <summary>What is built from it runs in production.</summary>
    public bool IsProduct => Path.StartsWith("shared/", StringComparison.Ordinal) || Path.StartsWith("services/", StringComparison.Ordinal);

    /// <summary>Its C# syntax.</summary>
    public SyntaxNode Syntax => _syntax ??= CSharpSyntaxTree.ParseText(Text, new CSharpParseOptions(LanguageVersion.Preview)).GetRoot();

    /// <summary>The line of a node of <see cref="Syntax"/>, from 1.</summary>
    public static int LineOf(SyntaxNodeOrToken node) => node.GetLocation()!.GetLineSpan().StartLinePosition.Line + 1;

    /// <summary>A C# file for an example.</summary>
    public static SourceFile Example(string text, string path = "shared/Streaming.Example/Example.cs") => new(path, text);
}
