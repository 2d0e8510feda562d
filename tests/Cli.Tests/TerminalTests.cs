using System.Diagnostics;
using Streaming.Testing;

namespace Streaming.Cli.Tests;

/// <summary>What a person sees, on a terminal.</summary>
public sealed class TerminalTests(KafkaServer kafka, RegistryServer registry) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streaming-cli-");

    [Fact]
    public async Task A_watch_is_shown_again_in_the_same_place_and_ended_by_a_key()
    {
        var command = await Command.PrepareAsync(kafka, registry);
        var shown = await OnTerminalAsync(command, 0, "MonitoringSink", 14, "lag", "--watch");
        Assert.True(shown.Split("\e[H\e[2J").Length >= 3, shown);
        Assert.DoesNotContain("interrupted", shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_for_programs_is_an_object_a_line_and_ends_when_nobody_reads_it()
    {
        var command = await Command.PrepareAsync(kafka, registry);
        var pipe = $"""set -o pipefail; dotnet "{Command.Program("Cli", "streaming")}" lag --watch --json | head -n 2""";
        await using var process = await ChildProcess.RunAsync("bash", ["-c", pipe], Patience, command.Settings);
        Assert.Equal(0, process.ExitCode);
        Assert.All(process.Output.Split('\n'), line => Assert.StartsWith("{\"partitions\":[{\"stage\":\"SensorIngest\"", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_bar_shows_how_far_a_file_is_published_at_the_rate_that_was_asked_for()
    {
        var command = await Command.PrepareAsync(kafka, registry);
        var file = Path.Combine(_folder.FullName, "many.csv");
        await File.WriteAllLinesAsync(file, ["entity_id,event_time,sequence,t", .. Enumerable.Range(0, 300).Select(number => $"room,{1769860800000 + number},{number},1")]);

        var begin = Stopwatch.GetTimestamp();
        var shown = await OnTerminalAsync(command, 0, "", 0, "publish", file, "--rate", "150");
        Assert.InRange(Stopwatch.GetElapsedTime(begin), TimeSpan.FromSeconds(1.9), Patience);
        Assert.Contains("publishing", shown, StringComparison.Ordinal);
        Assert.Contains("100%", shown, StringComparison.Ordinal);
        Assert.Contains("300 readings are stored in sensor.raw.", shown, StringComparison.Ordinal);

        // Ctrl+C in the middle tells what has been sent.
        var broken = await OnTerminalAsync(command, 130, "5%", 1, "publish", file, "--rate", "20");
        Assert.Matches(@"interrupted\. At least \d+ of 300 readings are stored", broken);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<string> OnTerminalAsync(Command command, int exitCode, string text, int times, params string[] arguments)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/python3"), "There is no /usr/bin/python3 to open a terminal with.");
        string[] all = [Path.Combine(AppContext.BaseDirectory, "Clients", "on_terminal.py"), text, $"{times}", "dotnet", Command.Program("Cli", "streaming"), .. arguments];
        await using var process = await ChildProcess.RunAsync("/usr/bin/python3", all, Patience, new Dictionary<string, string?>(command.Settings) { ["TERM"] = "xterm-256color" });
        Assert.True(process.ExitCode == exitCode, $"'{string.Join(' ', arguments)}' ended with {process.ExitCode}, not {exitCode}:\n{process.Output}");
        return process.Output;
    }
}
