using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Confluent.Kafka;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Hosting;
using Streaming.Kafka;
using Streaming.Testing;

namespace Streaming.Gateway.Tests;

/// <summary>The gateway's program, as it is deployed, on topics of its own.</summary>
internal sealed class GatewayProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(90);
    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streaming-gateway-");
    private readonly Dictionary<string, string?> _settings;
    private ChildProcess _process;

    private GatewayProcess(KafkaOptions kafka, string registry, Dictionary<string, string?>? more)
    {
        Kafka = kafka;
        RegistryUrl = registry;
        var port = Ports.Take();
        _settings = new Dictionary<string, string?>(more ?? [])
        {
            ["Kafka__BootstrapServers"] = kafka.BootstrapServers,
            ["Kafka__TopicPrefix"] = kafka.TopicPrefix,
            ["SchemaRegistry__Url"] = registry,
            ["History__Path"] = Path.Combine(_folder.FullName, "history.db"),
            ["Gateway__Port"] = port.ToString(CultureInfo.InvariantCulture),
            ["Health__Port"] = Ports.Take().ToString(CultureInfo.InvariantCulture),
        };
        Url = new Uri($"http://127.0.0.1:{port}");

        // Who is told that a body is not wanted sends none of it, however long that answer takes.
        Http = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Timeout }) { BaseAddress = Url, Timeout = Timeout };
        _process = Launch();
    }

    public KafkaOptions Kafka { get; }

    public string RegistryUrl { get; }

    public Uri Url { get; }

    public HttpClient Http { get; }

    public ChildProcess Process => _process;

    /// <summary>The most memory that it has had so far, in MiB.</summary>
    public int PeakMegabytes => int.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture) / 1024;

    /// <summary>Makes the topics and starts it; it is not waited for.</summary>
    public static async Task<GatewayProcess> LaunchAsync(string bootstrap, string registry, Dictionary<string, string?>? more = null)
    {
        var kafka = new KafkaOptions { BootstrapServers = bootstrap, TopicPrefix = $"g{Guid.NewGuid():N}"[..9] + "." };
        using var client = new SchemaRegistryClient(new SchemaRegistryOptions { Url = registry });
        var setup = new ChainSetup(kafka, client);
        using (var admin = new TopicAdmin(kafka))
        {
            await admin.EnsureAsync(setup.Specify(partitions: 2, replication: 1), CancellationToken.None);
        }

        await setup.RegisterSchemasAsync(CancellationToken.None);
        return new GatewayProcess(kafka, registry, more);
    }

    /// <summary>The same, and waits until it answers.</summary>
    public static async Task<GatewayProcess> StartAsync(string bootstrap, string registry, Dictionary<string, string?>? more = null)
    {
        var gateway = await LaunchAsync(bootstrap, registry, more);
        await gateway.UntilAsync("/v1/chain", _ => true);
        return gateway;
    }

    /// <summary>Completes with an answer of 200 that is wanted.</summary>
    public async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> wanted, TimeSpan? timeout = null)
    {
        using var patience = new CancellationTokenSource(timeout ?? StartTimeout);
        var last = "nothing";
        while (!patience.IsCancellationRequested && !_process.HasExited)
        {
            try
            {
                using var answer = await Http.GetAsync(path, patience.Token);
                last = await answer.Content.ReadAsStringAsync(patience.Token);
                if (answer.IsSuccessStatusCode && JsonDocument.Parse(last).RootElement is var element && wanted(element))
                {
                    return element;
                }

                await Task.Delay(100, patience.Token);
            }
            catch (Exception notYet) when (notYet is HttpRequestException or OperationCanceledException)
            {
            }
        }

        throw new TimeoutException($"{path} did not answer as expected; its last answer was {last}. The gateway's output:\n{_process.Output}");
    }

    /// <summary>Posts readings.</summary>
    public Task<HttpResponseMessage> PostAsync(object readings, CancellationToken cancellation = default) => Http.PostAsJsonAsync("/v1/readings", readings, cancellation);

    /// <summary>A reading that is right.</summary>
    public static object Reading(string entity, int sequence = 1) => new { entity_id = entity, event_time = 1772362800123, metrics = new { t = 1.5 }, sequence };

    /// <summary>kill -9, and the same again.</summary>
    public async Task CrashAsync() => await _process.CrashAsync();

    /// <summary>Starts it again after it has ended.</summary>
    public async Task RestartAsync()
    {
        await _process.DisposeAsync();
        _process = Launch();
    }

    /// <summary>The entities of sensor.raw, sorted, read by somebody else's client.</summary>
    public async Task<string[]> EntitiesAsync()
    {
        var python = await PythonEnvironment.CreateAsync("confluent-kafka", "fastavro");
        var file = Path.Combine(_folder.FullName, "read.jsonl");
        await python.RunAsync(
            Path.Combine(AppContext.BaseDirectory, "Clients", "read_topic.py"), Timeout, Kafka.BootstrapServers, RegistryUrl, new TopicNames(Kafka.TopicPrefix).Of(Topics.SensorRaw), file);
        return [.. File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("key").GetString()!).Order(StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private ChildProcess Launch() => ChildProcess.Start("dotnet", [Repository.PathOf("services", "Gateway", "bin", Configuration, "net10.0", "Streaming.Gateway.dll")], _settings);
}
