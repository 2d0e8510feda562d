using Streaming.Architecture.Tests.Rules;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests;

public sealed class TestHabitsTests
{
    [Fact]
    public void Tests_keep_them() =>
        House.Keeps(Checkout.Code.Where(file => file.Path.StartsWith("tests/", StringComparison.Ordinal)).SelectMany(TestHabits.Check));

    [Theory]
    [InlineData("[Fact] void T() { Thread.Sleep(100); }")]
    [InlineData("[Fact] void T() => System.Threading.Thread.Sleep(100);")]
    [InlineData("[Fact, Trait(\"Category\", \"Fault\")] void T() { }")]
    [InlineData("[Fact(Skip = \"flaky\")] void T() { }")]
    public void Refused(string test) => Assert.Single(TestHabits.Check(SourceFile.Example($"sealed class A {{ {test} }}")));

    [Theory]
    [InlineData("[Fact] async Task T() => await Eventually(() => true);")]
    [InlineData("[Fact, Trait(\"Category\", \"Faults\")] void T() { }")]
    [InlineData("[Fact, Trait(\"Covers\", \"Anything\")] void T() { }")]
    [InlineData("[Fact(Skip = \"Linux only\", SkipUnless = nameof(IsLinux))] void T() { }")]
    [InlineData("[Fact] void T() => rows.Skip(1);")]
    public void Passed(string test) => Assert.Empty(TestHabits.Check(SourceFile.Example($"sealed class A {{ {test} }}")));
}
