using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests.Rules;

/// <summary>Every numbered rule of docs/TIME.md has a test whose name begins with it, as <c>Rule_7_…</c>; and no test names a rule that there is not.</summary>
public static partial class RulesOfTime
{
    /// <summary>The page.</summary>
    public const string Page = "docs/TIME.md";

    /// <summary>What is missing on either side.</summary>
    public static IEnumerable<Breach> Check(SourceFile page, IEnumerable<SourceFile> tests)
    {
        var rules = page.Lines.Index().Where(line => Numbered().IsMatch(line.Item)).ToDictionary(line => NumberOf(Numbered().Match(line.Item)), line => line.Index + 1);
        var named = (from file in tests
                     from method in file.Syntax.DescendantNodes().OfType<MethodDeclarationSyntax>()
                     where method.AttributeLists.SelectMany(list => list.Attributes).Any(attribute => attribute.Name.ToString() is "Fact" or "Theory")
                     let match = Named().Match(method.Identifier.Text)
                     where match.Success
                     select (Number: NumberOf(match), file.Path, Line: SourceFile.LineOf(method))).ToList();
        return rules.Where(rule => named.All(test => test.Number != rule.Key))
            .Select(rule => new Breach(page.Path, rule.Value, $"rule {rule.Key} has no test; write one whose name begins with Rule_{rule.Key}_"))
            .Concat(named.Where(test => !rules.ContainsKey(test.Number)).Select(test => new Breach(test.Path, test.Line, $"there is no rule {test.Number} in {page.Path}")));
    }

    private static int NumberOf(Match match) => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(\d+)\. ")]
    private static partial Regex Numbered();

    [GeneratedRegex(@"^Rule_(\d+)_")]
    private static partial Regex Named();
}
