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
        // Long enough that it has started something: how long that is, depends on the machine.
        int? started = null;
        for (var allowed = TimeSpan.FromSeconds(1); started is null && allowed < Ample; allowed *= 2)
        {
            var (exitCode, _, _) = await new ProjectRun(_folder.FullName, allowed).ExecuteAsync("/bin/sh", ["-c", $"sleep 300 & echo $! > {Note}; wait"], CancellationToken.None);
            Assert.Null(exitCode);
            started = Noted();
        }

        Assert.True(await EndsAsync(started!.Value));
    }

    [Fact]
    public async Task What_a_program_leaves_behind_does_not_hold_up_the_run()
    {
        var (exitCode, time, output) = await new ProjectRun(_folder.FullName, Ample)
            .ExecuteAsync("/bin/sh", ["-c", $"sleep 300 & echo $! > {Note}; exit 3"], CancellationToken.None);
        using var left = Process.GetProcessById(Noted()!.Value);
        left.Kill();

        Assert.Equal(3, exitCode);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.Contains("still holds its outputs", output);
    }

    [Fact]
    public async Task A_stopped_run_ends_what_it_started()
    {
        using var stop = new CancellationTokenSource();
        var running = new ProjectRun(_folder.FullName, Ample).ExecuteAsync("/bin/sh", ["-c", $"echo $$ > {Note}; exec sleep 300"], stop.Token);
        while (Noted() is null)
        {
            Assert.False(running.IsCompleted);
            await Task.Delay(20);
        }

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True(await EndsAsync(Noted()!.Value));
    }

    private string Note => Path.Combine(_folder.FullName, "pid");

    /// <summary>The process that a program has noted; null before the line is whole.</summary>
    private int? Noted() => File.Exists(Note) && File.ReadAllText(Note) is var text && text.EndsWith('\n') ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private Task<ProjectResult> RunOutcomesAsync(SuiteOptions options) =>
        new ProjectRun(_folder.FullName, Ample).RunAsync(
            "Suite.Tests",
            typeof(Outcomes).Assembly.Location,
            ["-explicit", "only", "-class", typeof(Outcomes).FullName!, .. options.Filters()],
            CancellationToken.None);

    private static async Task<bool> EndsAsync(int process)
    {
        using var patience = new CancellationTokenSource(Ample);
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
