using System.Diagnostics;
using System.Text;

namespace Streaming.Suite;

/// <summary>Runs one program of tests and ends it, with all that it started, when its time is over.</summary>
/// <param name="resultsFolder">Where result files and outputs go.</param>
/// <param name="timeout">How long it may take.</param>
internal sealed class ProjectRun(string resultsFolder, TimeSpan timeout)
{
    private const string SlowTestSeconds = "120";

    /// <summary>Runs the tests of a project.</summary>
    /// <param name="project">Its name.</param>
    /// <param name="assembly">The built program of tests.</param>
    /// <param name="filters">xUnit's arguments that choose the tests.</param>
    /// <param name="stop">Ends the program early.</param>
    public async Task<ProjectResult> RunAsync(string project, string assembly, IEnumerable<string> filters, CancellationToken stop)
    {
        if (!File.Exists(assembly))
        {
            return ProjectResult.Broken(project, TimeSpan.Zero, $"'{assembly}' was not built. Is the project in Streaming.sln?");
        }

        var results = Path.Combine(resultsFolder, project + ".xml");
        File.Delete(results);
        string[] arguments = [
            "exec", assembly, "-noLogo", "-noColor", "-noAutoReporters", "-longRunning", SlowTestSeconds, "-xml", results, .. filters];
        var (exitCode, time, output) = await ExecuteAsync("dotnet", arguments, stop);
        await File.WriteAllTextAsync(Path.Combine(resultsFolder, project + ".log"), output, CancellationToken.None);
        return exitCode is { } code
            ? ProjectResult.Read(project, time, code, File.Exists(results) ? await File.ReadAllTextAsync(results, CancellationToken.None) : "", output)
            : ProjectResult.Broken(
                project, time, $"It did not end within {timeout.TotalMinutes} minutes and was ended. Its last output:\n{ProjectResult.Tail(output)}");
    }

    /// <summary>Runs a program; the exit code is null where it was ended because its time was over.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="stop">Ends the program early.</param>
    public async Task<(int? ExitCode, TimeSpan Time, string Output)> ExecuteAsync(string program, IEnumerable<string> arguments, CancellationToken stop)
    {
        var output = new StringBuilder();
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(output, line.Data);

        var watch = Stopwatch.StartNew();
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(timeout);
        int? exitCode = null;
        try
        {
            // Only the process itself is waited for: what it left behind may hold its outputs open for ever.
            while (!process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
            }

            exitCode = process.ExitCode;
            await process.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(2), stop);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            stop.ThrowIfCancellationRequested();
        }
        catch (TimeoutException)
        {
            Keep(output, "(Something that it started still holds its outputs.)");
        }

        lock (output)
        {
            return (exitCode, watch.Elapsed, output.ToString());
        }
    }

    private static void Keep(StringBuilder output, string? line)
    {
        lock (output)
        {
            output.Append(line).Append('\n');
        }
    }
}
