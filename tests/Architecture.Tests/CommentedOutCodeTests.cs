using Streaming.Architecture.Tests.Rules;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests;

public sealed class CommentedOutCodeTests
{
    [Fact]
    public void There_is_none() => House.Keeps(Checkout.Code.SelectMany(CommentedOutCode.Check));

    [Theory]
    [InlineData("// Send(reading);")]
    [InlineData("// var count = 0;")]
    [InlineData("//_count++;")]
    [InlineData("// return;")]
    [InlineData("// if (count > 0)")]
    [InlineData("// foreach (var reading in readings) {")]
    [InlineData("// }")]
    [InlineData("/* await SendAsync(reading); */")]
    [InlineData("/*\n * here is\n * Send(reading);\n */")]
    public void Seen(string comment) => Assert.Single(CommentedOutCode.Check(SourceFile.Example(comment)));

    [Theory]
    [InlineData("// The first wins; the others wait.")]
    [InlineData("// It waits (as its caller does);")]
    [InlineData("// if (and only if) the bucket is closed")]
    [InlineData("// for the reason see TIME.md;")]
    [InlineData("/// <code>Send(reading);</code>")]
    [InlineData("var text = \"// Send(reading);\";")]
    [InlineData("Send(reading); // at once")]
    [InlineData("// { \"a\": 1 }")]
    public void Passed(string text) => Assert.Empty(CommentedOutCode.Check(SourceFile.Example(text)));
}
