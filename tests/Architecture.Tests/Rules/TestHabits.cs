using Microsoft.CodeAnalysis.CSharp.Syntax;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests.Rules;

/// <summary>What makes a test worth nothing, or hides it.</summary>
public static class TestHabits
{
    /// <summary>The categories that test.sh runs only when asked for.</summary>
    private static readonly string[] Categories = ["Faults", "Soak", "Bench"];

    /// <summary>Sleeping threads, categories that no run knows, and tests that are always skipped.</summary>
    public static IEnumerable<Breach> Check(SourceFile file)
    {
        foreach (var node in file.Syntax.DescendantNodes())
        {
            var message = node switch
            {
                MemberAccessExpressionSyntax { Name.Identifier.Text: "Sleep" } access when access.Expression.ToString().EndsWith("Thread", StringComparison.Ordinal) =>
                    "A test that sleeps hopes: wait for a condition, with a limit.",
                AttributeSyntax { Name: SimpleNameSyntax { Identifier.Text: "Trait" } } trait => Trait(trait),
                AttributeArgumentSyntax { NameEquals.Name.Identifier.Text: "Skip" } skip when !HasCondition(skip) =>
                    "The test is always skipped: mend it, or take it out. What depends on the machine is skipped by Assert.SkipUnless.",
                _ => null,
            };
            if (message is not null)
            {
                yield return new(file.Path, SourceFile.LineOf(node), message);
            }
        }
    }

    private static string? Trait(AttributeSyntax trait)
    {
        var values = trait.ArgumentList?.Arguments.Select(argument => argument.Expression.ToString().Trim('"')).ToArray() ?? [];
        return values is ["Category", var category] && !Categories.Contains(category)
            ? $"No run knows the category '{category}': it is one of {string.Join(", ", Categories)}."
            : null;
    }

    private static bool HasCondition(AttributeArgumentSyntax skip) =>
        ((AttributeArgumentListSyntax)skip.Parent!).Arguments.Any(other => other.NameEquals?.Name.Identifier.Text is "SkipWhen" or "SkipUnless");
}
