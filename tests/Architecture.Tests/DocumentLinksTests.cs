using Streaming.Architecture.Tests.Rules;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests;

public sealed class DocumentLinksTests
{
    private static readonly Dictionary<string, string> Files = new()
    {
        ["README.md"] = "# Streaming\n## What `run.sh` does, in short\n",
        ["docs/a.md"] = "# A\n",
        ["schemas"] = "",
    };

    [Fact]
    public void Every_link_leads_somewhere() =>
        House.Keeps(Checkout.Files
            .Where(file => file.Extension == ".md")
            .SelectMany(file => DocumentLinks.Check(file, Checkout.Exists, path => Checkout.Files.Single(other => other.Path == path).Text)));

    [Theory]
    [InlineData("docs/a.md", "see [the start](../README.md)")]
    [InlineData("docs/a.md", "see [the start](/README.md)")]
    [InlineData("docs/a.md", "[this](#a) and [that](../README.md#what-runsh-does-in-short)")]
    [InlineData("README.md", "[schemas](schemas) and [schemas](./schemas/)")]
    [InlineData("README.md", "[there](https://example.org/no.md) [mail](mailto:a@example.org)")]
    [InlineData("README.md", "```\n[example](no.md)\n```")]
    [InlineData("README.md", "write `[text](no.md)`")]
    public void Good(string path, string text) => Assert.Empty(Check(path, text));

    [Theory]
    [InlineData("docs/a.md", "see [the start](README.md)", "there is no docs/README.md")]
    [InlineData("README.md", "see [a](docs/b.md)", "there is no docs/b.md")]
    [InlineData("README.md", "![picture](docs/a.png \"A\")", "there is no docs/a.png")]
    [InlineData("README.md", "[`code`](docs/b.md)", "there is no docs/b.md")]
    [InlineData("docs/a.md", "[there](../README.md#nowhere)", "no such heading")]
    [InlineData("docs/a.md", "[here](#nowhere)", "no such heading")]
    public void Bad(string path, string text, string why) => Assert.Contains(why, Assert.Single(Check(path, text)).Message);

    private static IEnumerable<Breach> Check(string path, string text) =>
        DocumentLinks.Check(new(path, text), target => Files.ContainsKey(target.TrimEnd('/')), target => Files[target]);
}
