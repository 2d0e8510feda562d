using Streaming.Testing;

namespace Streaming.Hosting.Tests.Processes;

/// <summary>What every one of the four services has from the frame.</summary>
public sealed class EveryServiceTests
{
    public static readonly TheoryData<string, string> Services = new()
    {
        { "SensorIngest", "Ingest:" },
        { "FeatureAssembly", "Features:Directory" },
        { "ScoringAgent", "Models:Directory" },
        { "MonitoringSink", "History:Path" },
    };

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Asked_for_help_it_tells_the_common_options_and_its_own(string service, string option)
    {
        await using var process = await RunAsync(service, [], "--help");

        Assert.Equal(ExitCodes.Done, process.ExitCode);
        var lines = process.Output.Split('\n');
        Assert.StartsWith($"Streaming.{service} {PipelineVersion.Current}", lines[0], StringComparison.Ordinal);
        Assert.All(
            ["Kafka:BootstrapServers", "SchemaRegistry:Url", "Worker:Ordinal", "Health:Port", "Logging:Format", option],
            key => Assert.Contains(lines, line => line.StartsWith("  " + key, StringComparison.Ordinal)));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_mistake_in_its_own_section_is_told_with_those_in_the_common_ones(string service, string option)
    {
        var section = option.Split(':')[0];

        await using var process = await RunAsync(service, [new($"{section}__Nonsense", "1"), new("Worker__Threads", "0"), new("Worker__Ordinal", "0")]);

        Assert.Equal(ExitCodes.Configuration, process.ExitCode);
        var lines = process.Output.Split('\n');
        Assert.All(
            [$"{section}:Nonsense", "Kafka:BootstrapServers", "SchemaRegistry:Url", "Worker:Threads"],
            key => Assert.Single(lines, line => line.StartsWith("  " + key, StringComparison.Ordinal)));
    }

    private static Task<ChildProcess> RunAsync(string service, IEnumerable<KeyValuePair<string, string?>> environment, params string[] arguments) =>
        ChildProcess.RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, $"Streaming.{service}.dll"), .. arguments], SinkProcess.Patience, environment);
}
