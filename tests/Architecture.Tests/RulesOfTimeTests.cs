using Streaming.Architecture.Tests.Rules;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests;

public sealed class RulesOfTimeTests
{
    private const string Test = "public sealed class Laws { [Fact] public void Rule_1_holds() { } [Theory] public void Rule_2_holds(int of) { } public void Rule_3_is_no_test() { } }";

    [Fact]
    public void Every_rule_of_time_has_a_test_that_is_named_after_it() =>
        House.Keeps(RulesOfTime.Check(
            Checkout.Files.Single(file => file.Path == RulesOfTime.Page),
            Checkout.Code.Where(file => file.Path.StartsWith("tests/", StringComparison.Ordinal) && !file.Path.StartsWith("tests/Architecture.Tests/", StringComparison.Ordinal))));

    [Theory]
    [InlineData("# Time\n\n1. One.\n   Two.\n2. Two.\n", null)]
    [InlineData("1. One.\n2. Two.\n3. Three.\n", "docs/TIME.md:3: rule 3 has no test; write one whose name begins with Rule_3_")]
    [InlineData("1. One.\n", "tests/A/A.cs:1: there is no rule 2 in docs/TIME.md")]
    public void What_is_missing_is_said(string page, string? said) =>
        Assert.Equal(said is null ? [] : [said], RulesOfTime.Check(new SourceFile(RulesOfTime.Page, page), [new SourceFile("tests/A/A.cs", Test)]).Select(breach => breach.ToString()));
}
