using Streaming.Architecture.Tests.Rules;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests;

public sealed class PackageVersionsTests
{
    [Fact]
    public void Projects_name_no_versions() =>
        House.Keeps(Checkout.Projects
            .Where(project => !SolutionContent.Apart.Keys.Any(folder => project.Path.StartsWith(folder, StringComparison.Ordinal)))
            .SelectMany(PackageVersions.Check));

    [Theory]
    [InlineData("<PackageReference Include='Polly.Core' />", 0)]
    [InlineData("<PackageReference Include='Polly.Core' PrivateAssets='all' />", 0)]
    [InlineData("<PackageReference Include='Polly.Core' Version='8.0.0' />", 1)]
    [InlineData("<PackageReference Include='Polly.Core' VersionOverride='8.0.0' />", 1)]
    [InlineData("<PackageReference Include='Polly.Core'><Version>8.0.0</Version></PackageReference>", 1)]
    public void A_version_is_seen(string reference, int breaches) =>
        Assert.Equal(breaches, PackageVersions.Check(new("a/a.csproj", $"<Project><ItemGroup>{reference}</ItemGroup></Project>")).Count());
}
