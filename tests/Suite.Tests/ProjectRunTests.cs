using System.Diagnostics;
using System.Globalization;

namespace Streaming.Suite.Tests;

public sealed class ProjectRunTests : IDisposable
{
    private static readonly TimeSpan Ample = TimeSpan.FromMinutes(2);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streaming-suite-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_test_project_is_run_and_its_results_are_read()
    {
        var result = await RunOutcomesAsync(SuiteOptions.Parse([]));

        Assert.Equal(1, result.Passed);
        var failure = Assert.Single(result.Failures);
        Assert.EndsWith("Outcomes.Fails", failure.Name);
        Assert.StartsWith("as it should", failure.Message);
        Assert.Contains("Outcomes.cs", failure.Message);
        Assert.Equal([new TestCase("Streaming.Suite.Tests.Outcomes.Is_skipped", "for this reason")], result.Skipped);
        Assert.True(File.Exists(Path.Combine(_folder.FullName, "Suite.Tests.log")));
    }

    [Fact]
    public async Task A_category_runs_alone()
    {
        var result = await RunOutcomesAsync(SuiteOptions.Parse(["--faults"]));

        Assert.Equal((1, 0, 0), (result.Passed, result.Failures.Count, result.Skipped.Count));
    }

    [Fact]
    public async Task What_was_not_built_is_a_failure()
    {
        var result = await new ProjectRun(_folder.FullName, Ample).RunAsync("A", "/nowhere/A.dll", [], CancellationToken.None);

        Assert.Contains("was not built", Assert.Single(result.Failures).Message);
    }

    [Fact]
    public async Task What_hangs_is_ended_with_all_that_it_started()
    {
        var run = new ProjectRun(_folder.FullName, TimeSpan.FromSeconds(1));
        var (exitCode, _, output) = await run.ExecuteAsync("/bin/sh", ["-c", "sleep 300 & echo $!; wait"], CancellationToken.None);

        Assert.Null(exitCode);
        Assert.True(await EndsAsync(int.Parse(output, CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task What_a_program_leaves_behind_does_not_hold_up_the_run()
    {
        var (exitCode, time, output) = await new ProjectRun(_folder.FullName, Ample)
            .ExecuteAsync("/bin/sh", ["-c", "sleep 300 & echo $!; exit 3"], CancellationToken.None);
        using var left = Process.GetProcessById(int.Parse(output.Split('\n')[0], CultureInfo.InvariantCulture));
        left.Kill();

        Assert.Equal(3, exitCode);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Contains("still holds its outputs", output);
    }

    [Fact]
    public async Task A_stopped_run_ends_what_it_started()
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        var note = Path.Combine(_folder.FullName, "pid");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            new ProjectRun(_folder.FullName, Ample).ExecuteAsync("/bin/sh", ["-c", $"echo $$ > {note}; exec sleep 300"], stop.Token));

        Assert.True(await EndsAsync(int.Parse(await File.ReadAllTextAsync(note), CultureInfo.InvariantCulture)));
    }

    private Task<ProjectResult> RunOutcomesAsync(SuiteOptions options) =>
        new ProjectRun(_folder.FullName, Ample).RunAsync(
            "Suite.Tests",
            typeof(Outcomes).Assembly.Location,
            ["-explicit", "only", "-class", typeof(Outcomes).FullName!, .. options.Filters()],
            CancellationToken.None);

    private static async Task<bool> EndsAsync(int process)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            using var found = Process.GetProcessById(process);
            await found.WaitForExitAsync(patience.Token);
            return true;
        }
        catch (ArgumentException)
        {
            return true;
        }
    }
}
