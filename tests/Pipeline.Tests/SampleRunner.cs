using System.Text.Json;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests;

/// <summary>Plays a sample through the main job on embedded parts, as a user would, in a folder of its own.</summary>
internal sealed class SampleRunner : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    /// <summary>Where everything is kept.</summary>
    public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("streaming-sample-");

    /// <summary>The history's file.</summary>
    public string History => Path.Combine(Folder.FullName, "run", "history.db");

    /// <summary>Plays it to its end.</summary>
    /// <returns>The last line that was printed.</returns>
    public async Task<JsonElement> PlayAsync(params string[] arguments)
    {
        await using var run = await ChildProcess.RunAsync("dotnet", [Builds.Of("Local"), "--once", "--keep", Folder.FullName, .. arguments], Patience, Environment);
        Assert.True(run.ExitCode == 0, run.Output);
        return LastLine(run.Output);
    }

    /// <summary>Begins to play it; it goes on until it is stopped.</summary>
    public ChildProcess Start(params string[] arguments) =>
        ChildProcess.Start("dotnet", [Builds.Of("Local"), "--no-browser", "--port", "0", "--keep", Folder.FullName, .. arguments], Environment);

    /// <summary>Runs a command of the operator on what was kept.</summary>
    public static async Task<string> CommandAsync(params string[] arguments)
    {
        await using var run = await ChildProcess.RunAsync("dotnet", [Builds.Of("Cli", "streaming"), .. arguments], Patience);
        Assert.True(run.ExitCode == 0, run.Output);
        return run.Output;
    }

    /// <summary>Runs a sample's script by Debian's Python, or skips the test where that lacks a module.</summary>
    public static async Task<string> ScriptAsync(string modules, string script, params string[] arguments)
    {
        const string Python = "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(Python), $"There is no {Python}.");
        await using var probe = await ChildProcess.RunAsync(Python, ["-c", $"import {modules}"], Patience);
        Assert.SkipUnless(probe.ExitCode == 0, $"Debian's packages for {modules} are not installed.");
        await using var run = await ChildProcess.RunAsync(Python, [script, .. arguments], Patience);
        Assert.True(run.ExitCode == 0, run.Output);
        return run.Output;
    }

    /// <summary>The last line of an output, as JSON.</summary>
    public static JsonElement LastLine(string output) => JsonDocument.Parse(output.TrimEnd().Split('\n')[^1]).RootElement;

    public void Dispose() => Folder.Delete(recursive: true);

    private static Dictionary<string, string?> Environment => new() { ["STREAMING_HOME"] = Repository.Root };
}
