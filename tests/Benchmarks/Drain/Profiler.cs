using System.Globalization;
using Streaming.Testing;

namespace Streaming.Benchmarks.Drain;

/// <summary>
/// Where processor time goes, by Linux's <c>perf</c>, where <c>STREAMING_BENCH_PROFILE</c> is set: for each service a table by thread and library, and one
/// by function. It costs some time itself: a run with it is not for the figures.
/// </summary>
internal static class Profiler
{
    private const string Perf = "perf";
    private const int Samples = 499; // a second; not in step with anything
    private const int Lines = 80;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static bool IsOn => Environment.GetEnvironmentVariable("STREAMING_BENCH_PROFILE") is { Length: > 0 };

    /// <summary>What a .NET process needs to tell the names of its functions: a list of them, and code that lies where the list says.</summary>
    public static IReadOnlyDictionary<string, string?> Settings { get; } = IsOn
        ? new Dictionary<string, string?> { ["DOTNET_PerfMapEnabled"] = "1", ["DOTNET_EnableWriteXorExecute"] = "0" }
        : new Dictionary<string, string?>();

    /// <summary>Begins to watch a process.</summary>
    public static ChildProcess? Start(string service, int process) => IsOn
        ? ChildProcess.Start(Perf, ["record", "-q", "-F", Samples.ToString(CultureInfo.InvariantCulture), "-g", "-p", process.ToString(CultureInfo.InvariantCulture), "-o", Data(service)])
        : null;

    /// <summary>Ends and writes <c>profile-SERVICE.txt</c>. The process must still be there, for its names.</summary>
    public static async Task FinishAsync(string service, ChildProcess? perf)
    {
        if (perf is null)
        {
            return;
        }

        await perf.InterruptAsync();
        await perf.ExitAsync(Patience);
        await perf.DisposeAsync();
        var text = "";
        foreach (var sort in new[] { "comm,dso", "comm,symbol" })
        {
            await using var report = await ChildProcess.RunAsync(Perf, ["report", "-i", Data(service), "--no-children", "-g", "none", "--sort", sort], Patience);
            text += string.Join('\n', report.Output.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Take(Lines)) + "\n\n";
        }

        await File.WriteAllTextAsync(Path.Combine(Folders.Results, $"profile-{service}.txt"), text);
        File.Delete(Data(service));
    }

    private static string Data(string service) => Path.Combine(Folders.Results, $"{service}.perf");
}
