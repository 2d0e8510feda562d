namespace Streaming.Suite.Tests;

public sealed class ProjectResultTests
{
    private const string Passes = "<assemblies><assembly><test name='a' result='Pass'/></assembly></assemblies>";

    [Fact]
    public void A_fault_outside_tests_is_a_failure()
    {
        const string Results = "<assemblies><assembly><errors><error name='Fixture'><failure><message>no port</message></failure></error></errors></assembly></assemblies>";

        Assert.Equal([new TestCase("Fixture", "no port")], Read(1, Results).Failures);
    }

    [Fact]
    public void A_crash_after_the_last_test_is_a_failure() => Assert.Contains("exit code 139", Assert.Single(Read(139, Passes).Failures).Message);

    [Theory]
    [InlineData("")]
    [InlineData("<assemblies><assembly>")]
    public void No_readable_results_are_a_failure_even_where_the_program_says_all_is_well(string results) =>
        Assert.Contains("last words", Assert.Single(Read(0, results).Failures).Message);

    [Fact]
    public void Only_the_end_of_a_long_output_is_told()
    {
        var output = string.Join('\n', Enumerable.Range(1, 1000));

        Assert.StartsWith("941\n", ProjectResult.Tail(output));
        Assert.EndsWith("\n1000", ProjectResult.Tail(output));
    }

    private static ProjectResult Read(int exitCode, string results) => ProjectResult.Read("A", TimeSpan.Zero, exitCode, results, "last words");
}
