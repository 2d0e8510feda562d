using Streaming.Architecture.Tests.Rules;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests;

public sealed class FileLengthTests
{
    private static readonly Dictionary<string, (int Lines, string Reason)> One = new() { ["a/A.cs"] = (500, "a table") };

    [Fact]
    public void No_file_is_too_long() => House.Keeps(Checkout.Files.SelectMany(file => FileLength.Check(file, FileLength.Longer)));

    [Fact]
    public void Every_permission_is_of_a_file_that_exists_and_has_a_reason() =>
        Assert.All(FileLength.Longer, permission =>
        {
            Assert.Contains(Checkout.Files, file => file.Path == permission.Key);
            Assert.NotEmpty(permission.Value.Reason);
        });

    [Theory]
    [InlineData("b/B.cs", 400, 0)]
    [InlineData("b/B.cs", 401, 1)]
    [InlineData("b/b.sh", 401, 1)]
    [InlineData("b/README.md", 401, 0)]
    [InlineData("a/A.cs", 500, 0)]
    [InlineData("a/A.cs", 501, 1)]
    [InlineData("a/A.cs", 400, 1)]
    public void Lines_are_counted(string path, int lines, int breaches) =>
        Assert.Equal(breaches, FileLength.Check(new(path, string.Concat(Enumerable.Repeat("x\n", lines))), One).Count());
}
