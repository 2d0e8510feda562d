using Streaming.Architecture.Tests.Rules;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests;

public sealed class BannedTextTests
{
    [Fact]
    public void No_file_has_any() => House.Keeps(Checkout.Files.SelectMany(BannedText.Check));

    [Theory]
    [InlineData("// TODO: later")]
    [InlineData("# FIXME")]
    [InlineData("XXX here")]
    [InlineData("a HACK")]
    [InlineData("    #region Fields")]
    [InlineData("    #endregion")]
    [InlineData("throw new NotImplementedException();")]
    [InlineData("cd /work/main")]
    [InlineData("see \"/root/.bashrc\"")]
    [InlineData("/home/somebody/checkout")]
    [InlineData("https://api.nuget.org/v3/index.json")]
    [InlineData("https://artifactory.example.org/nuget")]
    [InlineData("http://10.1.2.3:8080/")]
    [InlineData("proxy 192.168.0.17")]
    [InlineData("fixes issue 12")]
    [InlineData("see issue #12")]
    [InlineData("kept in ../shared/servers")]
    [InlineData("ls ../shared")]
    public void Refused(string line) => Assert.Equal(2, Assert.Single(BannedText.Check(new("shared/A/A.cs", "first\n" + line + "\nlast"))).Line);

    [Theory]
    [InlineData("what to do")]
    [InlineData("a hackneyed phrase")]
    [InlineData("#regional")]
    [InlineData("/health/ready and /v2/models")]
    [InlineData("deploy/feed/work/found")]
    [InlineData("$here/work/found")]
    [InlineData("the path /var/lib/kafka")]
    [InlineData("http://127.0.0.1:8081")]
    [InlineData("version 10.0.14 and 1.10.1.2.3")]
    [InlineData("the issue is that")]
    [InlineData("<ProjectReference Include=\"../../shared/Streaming.Kafka/Streaming.Kafka.csproj\" />")]
    public void Passed(string line) => Assert.Empty(BannedText.Check(new("shared/A/A.cs", line)));

    [Theory]
    [InlineData("tests/Streaming.Testing/Repository.cs", 0)]
    [InlineData("test.sh", 0)]
    [InlineData("README.md", 1)]
    [InlineData("run.sh", 1)]
    public void The_folder_beside_the_checkout_is_for_tests_only(string path, int breaches) =>
        Assert.Equal(breaches, BannedText.Check(new(path, "../shared/servers")).Count());
}
