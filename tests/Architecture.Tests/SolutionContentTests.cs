using Streaming.Architecture.Tests.Rules;
using Streaming.Architecture.Tests.Tree;

namespace Streaming.Architecture.Tests;

public sealed class SolutionContentTests
{
    private const string StandIn = "deploy/feed/standins/x/x.csproj";

    [Fact]
    public void The_solution_has_every_project_once() =>
        House.Keeps(SolutionContent.Check(
            Checkout.Files.Single(file => file.Path == "Streaming.sln").Text, [.. Checkout.Projects.Select(project => project.Path)]));

    [Fact]
    public void A_complete_solution_passes() => Assert.Empty(SolutionContent.Check(Line(@"shared\A\A.csproj"), ["shared/A/A.csproj", StandIn]));

    [Fact]
    public void What_it_lacks_is_named() => Assert.Contains("lacks shared/B/B.csproj", One(Line(@"shared\A\A.csproj"), "shared/A/A.csproj", "shared/B/B.csproj"));

    [Fact]
    public void What_does_not_exist_is_named() => Assert.Contains("does not exist", One(Line(@"shared\A\A.csproj")));

    [Fact]
    public void What_is_there_twice_is_named() =>
        Assert.Contains("more than once", One(Line(@"shared\A\A.csproj") + Line(@"shared\A\A.csproj"), "shared/A/A.csproj"));

    [Fact]
    public void What_something_else_builds_is_refused() => Assert.Contains("ensure.sh builds it", One(Line(StandIn), StandIn));

    private static string One(string solution, params string[] projects) => Assert.Single(SolutionContent.Check(solution, projects)).Message;

    private static string Line(string path) => $"Project(\"{{9A19103F}}\") = \"A\", \"{path}\", \"{{1B}}\"\nEndProject\n";
}
