using System.Text.Json;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests.Chain;

/// <summary>The operator's command, run on a chain.</summary>
internal static class ChainCommands
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    /// <summary>Starts it, and does not wait.</summary>
    public static ChildProcess StartCommand(this TestChain chain, params string[] arguments) => ChildProcess.Start("dotnet", [Builds.Of("Cli", "streaming"), .. arguments], Settings(chain));

    /// <summary>Starts a replay, and waits until it has a job.</summary>
    public static async Task<(ChildProcess Process, string Job)> StartJobAsync(this TestChain chain, params string[] arguments)
    {
        var process = chain.StartCommand(arguments);
        return (process, (await process.LineAsync(line => line.StartsWith("streaming: job ", StringComparison.Ordinal), Patience)).Split(' ', ';')[2]);
    }

    /// <summary>What it says, when it has ended as it should.</summary>
    public static async Task<string> RunAsync(this TestChain chain, int exitCode, params string[] arguments)
    {
        await using var process = await ChildProcess.RunAsync("dotnet", [Builds.Of("Cli", "streaming"), .. arguments], Patience, Settings(chain));
        Assert.True(process.ExitCode == exitCode, $"'{string.Join(' ', arguments)}' ended with {process.ExitCode}, not {exitCode}:\n{process.Output}");
        return process.Output;
    }

    /// <summary>What it answers with --json.</summary>
    public static async Task<JsonElement> JsonAsync(this TestChain chain, int exitCode, params string[] arguments) =>
        JsonDocument.Parse((await chain.RunAsync(exitCode, [.. arguments, "--json"])).Split('\n').Last(line => line.StartsWith('{'))).RootElement;

    /// <summary>Completes when it has written something.</summary>
    public static async Task UntilWrittenAsync(this ChildProcess process, Func<Task<int>> count)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (await count() == 0)
        {
            Assert.False(patience.IsCancellationRequested || process.HasExited, process.Output);
            await Task.Delay(50);
        }
    }

    private static Dictionary<string, string?> Settings(TestChain chain) => new()
    {
        ["Kafka__BootstrapServers"] = chain.Kafka.BootstrapServers,
        ["Kafka__TopicPrefix"] = chain.Kafka.TopicPrefix,
        ["SchemaRegistry__Url"] = chain.RegistryUrl,
        ["History__Path"] = chain.HistoryFile,
    };
}
