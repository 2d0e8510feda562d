using System.Text.Json;
using Streaming.Testing;

[assembly: AssemblyFixture(typeof(KafkaServer))]
[assembly: AssemblyFixture(typeof(RegistryServer))]

namespace Streaming.Cli.Tests;

/// <summary>The command as a process, on a chain of its own under a prefix.</summary>
internal sealed class Command(string bootstrap, string registry)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    public string Prefix { get; } = $"t{Guid.NewGuid():N}"[..9] + ".";

    public Dictionary<string, string?> Settings => new()
    {
        ["Kafka__BootstrapServers"] = bootstrap,
        ["Kafka__TopicPrefix"] = Prefix,
        ["SchemaRegistry__Url"] = registry,
    };

    public static string Program(string service, string assembly) =>
        Repository.PathOf("services", service, "bin", Configuration, "net10.0", assembly + ".dll");

    public static async Task<Command> PrepareAsync(KafkaServer kafka, RegistryServer registry)
    {
        var command = new Command(await kafka.StartAsync(), await registry.StartAsync());
        await command.RunAsync(0, "init", "--partitions", "2");
        return command;
    }

    /// <summary>SensorIngest on the chain; its health takes any free port, since tests run beside each other.</summary>
    public ChildProcess StartIngest() =>
        ChildProcess.Start("dotnet", [Program("SensorIngest", "Streaming.SensorIngest")], new Dictionary<string, string?>(Settings) { ["Worker__Ordinal"] = "0", ["Health__Port"] = "0" });

    /// <summary>Runs it, and holds it to an exit code.</summary>
    public async Task<string> RunAsync(int exitCode, params string[] arguments)
    {
        await using var process = await ChildProcess.RunAsync("dotnet", [Program("Cli", "streaming"), .. arguments], Patience, Settings);
        Assert.True(process.ExitCode == exitCode, $"'{string.Join(' ', arguments)}' ended with {process.ExitCode}, not {exitCode}:\n{process.Output}");
        return process.Output;
    }

    public async Task<JsonElement> JsonAsync(int exitCode, params string[] arguments) =>
        JsonDocument.Parse(await RunAsync(exitCode, [.. arguments, "--json"])).RootElement;

    /// <summary>Every committed record of a topic, read by somebody else's client.</summary>
    public async Task<IReadOnlyList<JsonElement>> ReadAsync(string topic)
    {
        var python = await PythonEnvironment.CreateAsync("confluent-kafka", "fastavro");
        var file = Path.GetTempFileName();
        await python.RunAsync(Path.Combine(AppContext.BaseDirectory, "Clients", "read_topic.py"), Patience, bootstrap, registry, Prefix + topic, file);
        JsonElement[] records = [.. File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement)];
        File.Delete(file);
        return records;
    }
}
