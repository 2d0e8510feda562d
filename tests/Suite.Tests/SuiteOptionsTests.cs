namespace Streaming.Suite.Tests;

public sealed class SuiteOptionsTests
{
    private static readonly string[] Projects = ["Architecture.Tests", "Native.Tests", "Streaming.Kafka.Tests"];

    [Fact]
    public void A_plain_run_leaves_out_what_runs_apart() =>
        Assert.Equal(["-trait-", "Category=Faults", "-trait-", "Category=Soak", "-trait-", "Category=Bench"], SuiteOptions.Parse([]).Filters());

    [Fact]
    public void Categories_that_are_asked_for_run_alone() =>
        Assert.Equal(["-trait", "Category=Faults", "-trait", "Category=Soak"], SuiteOptions.Parse(["--faults", "--soak"]).Filters());

    [Fact]
    public void A_plain_run_is_of_all_projects() => Assert.Equal(Projects, SuiteOptions.Parse([]).Choose(Projects));

    [Theory]
    [InlineData("kafka,Native", "Streaming.Kafka.Tests,Native.Tests")]
    [InlineData("Streaming.Kafka", "Streaming.Kafka.Tests")]
    [InlineData("Kafka, Streaming.Kafka.Tests", "Streaming.Kafka.Tests")]
    public void Projects_are_known_by_short_names(string only, string chosen) =>
        Assert.Equal(chosen.Split(','), SuiteOptions.Parse(["--only", only]).Choose(Projects));

    [Fact]
    public void An_unknown_project_is_named_with_those_that_exist()
    {
        var mistake = Assert.Throws<ArgumentException>(() => SuiteOptions.Parse(["--only", "Kafka,Kafak"]).Choose(Projects));

        Assert.Equal("--only names no test project: Kafak. There are: Architecture.Tests, Native.Tests, Streaming.Kafka.Tests.", mistake.Message);
    }

    [Fact]
    public void A_project_may_take_a_quarter_of_an_hour_by_default()
    {
        Assert.Equal(TimeSpan.FromMinutes(15), SuiteOptions.Parse([]).Timeout);
        Assert.Equal(TimeSpan.FromMinutes(2), SuiteOptions.Parse(["--timeout", "2"]).Timeout);
    }

    [Theory]
    [InlineData("--unknown")]
    [InlineData("--only")]
    [InlineData("--timeout")]
    [InlineData("--timeout", "0")]
    [InlineData("--timeout", "soon")]
    public void Mistakes_are_refused_by_name(params string[] arguments) =>
        Assert.Contains(arguments[0], Assert.Throws<ArgumentException>(() => SuiteOptions.Parse(arguments)).Message);
}
