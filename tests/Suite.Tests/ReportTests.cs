namespace Streaming.Suite.Tests;

public sealed class ReportTests
{
    private static readonly ProjectResult Good = new("Good", TimeSpan.FromSeconds(1.5), 7, [], [new("S", "no server")]);
    private static readonly ProjectResult Bad = new("Bad", TimeSpan.FromSeconds(2), 3, [new("F", "expected 1\ngot 2")], []);
    private static readonly ProjectResult OnlySkipped = new("Skipped", TimeSpan.Zero, 0, [], [new("T", "no server")]);

    [Fact]
    public void The_last_line_has_the_counts_alone() => Assert.Equal("10 passed, 1 failed, 1 skipped", Report.Text([Good, Bad]).Split('\n')[^1]);

    [Fact]
    public void Times_skipped_tests_and_failures_are_told()
    {
        var text = Report.Text([Good, OnlySkipped, Bad]);

        Assert.Contains("   1.5 s       7       0        1  Good\n", text);
        Assert.Contains("Skipped, 2: no server\n  S\n  T\n", text);
        Assert.Contains("Failed: F\n      expected 1\n      got 2\n", text);
    }

    [Fact]
    public void The_exit_code_tells_failures_and_empty_runs()
    {
        Assert.Equal(0, Report.ExitCode([Good]));
        Assert.Equal(1, Report.ExitCode([Good, Bad]));
        Assert.Equal(1, Report.ExitCode([OnlySkipped]));
        Assert.Equal(1, Report.ExitCode([]));
        Assert.Contains("tests nothing", Report.Text([OnlySkipped]));
        Assert.EndsWith("\n0 passed, 0 failed, 0 skipped", Report.Text([]));
    }
}
