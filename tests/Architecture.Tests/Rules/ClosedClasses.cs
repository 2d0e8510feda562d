using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests.Rules;

/// <summary>A class is made to be inherited from (abstract), or cannot be (sealed, static); never left open by default.</summary>
public static class ClosedClasses
{
    private static readonly SyntaxKind[] Closing = [SyntaxKind.SealedKeyword, SyntaxKind.AbstractKeyword, SyntaxKind.StaticKeyword];

    /// <summary>Classes, and records that are classes, left open; any part of a partial class may close it.</summary>
    public static IEnumerable<Breach> Check(IEnumerable<SourceFile> files) =>
        files
            .SelectMany(file => file.Syntax.DescendantNodes().OfType<TypeDeclarationSyntax>().Where(IsClass).Select(type => (File: file, Type: type)))
            .GroupBy(part => (Project(part.File.Path), FullName(part.Type)))
            .Where(parts => !parts.Any(part => part.Type.Modifiers.Any(modifier => Closing.Contains(modifier.Kind()))))
            .Select(parts => parts.First())
            .Select(part => new Breach(
                part.File.Path, SourceFile.LineOf(part.Type), $"the class '{part.Type.Identifier.Text}' is open: make it sealed, abstract or static."));

    private static bool IsClass(TypeDeclarationSyntax type) =>
        type is ClassDeclarationSyntax || type is RecordDeclarationSyntax { ClassOrStructKeyword.RawKind: not (int)SyntaxKind.StructKeyword };

    private static string Project(string path) => string.Join('/', path.Split('/').Take(2));

    private static string FullName(TypeDeclarationSyntax type) =>
        string.Join('.', type.AncestorsAndSelf().Reverse().Select(node => node switch
        {
            BaseNamespaceDeclarationSyntax space => space.Name.ToString(),
            TypeDeclarationSyntax outer => $"{outer.Identifier.Text}`{outer.TypeParameterList?.Parameters.Count ?? 0}",
            _ => null,
        }).Where(name => name is not null));
}
