using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests;

/// <summary>The rules are worth what they are shown.</summary>
public sealed class CheckoutTests
{
    [Theory]
    [InlineData("test.sh")]
    [InlineData(".ci/run")]
    [InlineData("Streaming.sln")]
    [InlineData("Directory.Packages.props")]
    [InlineData("schemas/sensor_reading.avsc")]
    [InlineData("shared/Streaming.Pipes/Streaming.Pipes.csproj")]
    [InlineData("tests/Architecture.Tests/CheckoutTests.cs")]
    public void Files_that_people_wrote_are_seen(string path) => Assert.Contains(Checkout.Files, file => file.Path == path);

    [Fact]
    public void What_builds_make_is_not_seen() => Assert.DoesNotContain(Checkout.Files, file => file.Path.Contains("/obj/") || file.Path.Contains("/bin/"));

    [Fact]
    public void Every_file_of_code_is_understood() =>
        House.Keeps(Checkout.Code.SelectMany(file => file.Syntax.GetDiagnostics().Select(fault => new Breach(file.Path, 0, fault.ToString()))));
}
