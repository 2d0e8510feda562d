using System.Globalization;
using System.Text.Json;
using Confluent.Kafka;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Flow;
using Streaming.History.Sqlite;
using Streaming.Hosting;
using Streaming.Kafka;
using Streaming.Local.Sample;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests.Chain;

/// <summary>A chain of its own on the shared servers: topics under a prefix, service processes, a history file, the sample.</summary>
internal sealed class TestChain : IAsyncDisposable
{
    private static readonly TimeSpan InitTimeout = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(180);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(300);
    private static readonly TimeSpan DrainPause = TimeSpan.FromMilliseconds(100);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streaming-chain-");
    private readonly Dictionary<string, string?> _settings;
    private readonly List<ServiceInstance> _services = [];
    private readonly SchemaRegistryClient _client;
    private ChainObserver? _observer;

    private TestChain(string bootstrap, string registry, string features, Dictionary<string, string?>? more)
    {
        RegistryUrl = registry;
        Kafka = new KafkaOptions { BootstrapServers = bootstrap, TopicPrefix = $"t{Guid.NewGuid():N}"[..9] + "." };
        HistoryFile = Path.Combine(_folder.FullName, "history.db");
        _client = new SchemaRegistryClient(new SchemaRegistryOptions { Url = registry });
        _settings = new Dictionary<string, string?>(more ?? [])
        {
            ["Kafka__BootstrapServers"] = bootstrap,
            ["Kafka__TopicPrefix"] = Kafka.TopicPrefix,
            ["SchemaRegistry__Url"] = registry,
            ["Features__Directory"] = features,
            ["Models__Directory"] = SampleFolder("models"),
            ["History__Path"] = HistoryFile,
        };
    }

    public KafkaOptions Kafka { get; }

    public string RegistryUrl { get; }

    public string HistoryFile { get; }

    public IReadOnlyList<ServiceInstance> Services => _services;

    public ChainObserver Observer => _observer ?? throw new InvalidOperationException("The chain has not been prepared.");

    public static string SampleFolder(string name) => Repository.PathOf("deploy", "samples", "occupancy", name);

    /// <summary>Topics, schemas and first start, by the command that an operator uses.</summary>
    public static async Task<TestChain> PrepareAsync(
        KafkaServer kafka, RegistryServer registry, string? features = null, Dictionary<string, string?>? more = null)
    {
        var chain = new TestChain(await kafka.StartAsync(), await registry.StartAsync(), features ?? SampleFolder("features"), more);
        await using var init = await ChildProcess.RunAsync(
            "dotnet",
            [Builds.Of("Cli", "streaming"), "init", "--bootstrap", chain.Kafka.BootstrapServers, "--registry", chain.RegistryUrl, "--prefix", chain.Kafka.TopicPrefix],
            InitTimeout);
        Assert.True(init.ExitCode == 0, init.Output);
        chain._observer = await ChainObserver.OpenAsync(chain.Kafka, TimeProvider.System, CancellationToken.None);
        return chain;
    }

    /// <summary>Starts so many processes of every service, and waits until they work.</summary>
    public async Task StartAsync(int ofEach)
    {
        foreach (var stage in ChainStages.All)
        {
            for (var ordinal = 0; ordinal < ofEach; ordinal++)
            {
                _services.Add(ServiceInstance.Start(stage.Service, _settings, ordinal));
            }
        }

        await ReadyAsync();
    }

    /// <summary>Starts one process of one service, and does not wait.</summary>
    /// <param name="service">The service.</param>
    /// <param name="more">Settings in place of the chain's own.</param>
    public ServiceInstance Start(string service, params ReadOnlySpan<(string Key, string Value)> more)
    {
        var settings = new Dictionary<string, string?>(_settings);
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }

        var instance = ServiceInstance.Start(service, settings, ordinal: 0);
        _services.Add(instance);
        return instance;
    }

    /// <summary>A producer as a device would have it.</summary>
    public IProducer<byte[]?, byte[]?> Producer(int mostBytes = 1_000_000) => new ProducerBuilder<byte[]?, byte[]?>(new ProducerConfig(Kafka.ForClient("device").ToDictionary())
    {
        EnableIdempotence = true,
        LingerMs = 5,
        CompressionType = CompressionType.Gzip,
        MessageMaxBytes = mostBytes,
        Partitioner = Partitioner.Murmur2Random,
    }).Build();

    /// <summary>The id of a topic's newest schema.</summary>
    public async Task<int> SchemaIdAsync(Topic topic) =>
        (await new Streaming.Registry.SubjectSetup(_client, new TopicNames(Kafka.TopicPrefix)).FindAsync([topic], CancellationToken.None))[topic];

    /// <summary>Starts a gateway beside them.</summary>
    /// <returns>Where it is.</returns>
    public async Task<string> StartGatewayAsync()
    {
        var port = Ports.Take().ToString(CultureInfo.InvariantCulture);
        var gateway = ServiceInstance.Start("Gateway", new Dictionary<string, string?>(_settings) { ["Gateway__Port"] = port }, ordinal: 0);
        _services.Add(gateway);
        await gateway.ReadyAsync();
        return $"http://127.0.0.1:{port}";
    }

    /// <summary>Completes when every process does its work.</summary>
    public async Task ReadyAsync()
    {
        foreach (var service in _services)
        {
            await service.ReadyAsync();
        }
    }

    /// <summary>Publishes steps of the sample.</summary>
    /// <param name="steps">The steps, in order.</param>
    /// <param name="duration">How long it takes; as fast as the broker takes them where null.</param>
    public async Task PublishAsync(IReadOnlyList<SampleStep> steps, TimeSpan? duration = null)
    {
        var start = steps[0].Elapsed;
        var rebased = steps.Select(step => step with { Elapsed = step.Elapsed - start }).ToArray();
        double? speed = duration is { } time ? rebased[^1].Elapsed / time.TotalMilliseconds : null;
        var names = new TopicNames(Kafka.TopicPrefix);
        var ids = await new Streaming.Registry.SubjectSetup(_client, names).FindAsync([Topics.SensorRaw, Topics.Labels], CancellationToken.None);
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig(Kafka.ForClient("sample").ToDictionary())
        {
            EnableIdempotence = true,
            LingerMs = 5,
            Partitioner = Partitioner.Murmur2Random,
        }).Build();
        var player = new SamplePlayer(rebased, new SampleMessages(names, ids), producer);
        await player.PlayAsync(speed, () => false, TimeProvider.System, CancellationToken.None);
    }

    /// <summary>Publishes the readings of a step, and a record that is none; some of the readings, and that record, with a trace context.</summary>
    public async Task PublishFollowedAsync(SampleStep step, int followed, string traceParent)
    {
        var names = new TopicNames(Kafka.TopicPrefix);
        var messages = new SampleMessages(names, await new Streaming.Registry.SubjectSetup(_client, names).FindAsync([Topics.SensorRaw, Topics.Labels], CancellationToken.None));
        using var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig(Kafka.ForClient("followed").ToDictionary()) { Partitioner = Partitioner.Murmur2Random }).Build();
        var headers = new Headers { { "traceparent", System.Text.Encoding.ASCII.GetBytes(traceParent) } };
        foreach (var (index, reading) in step.Readings.Index())
        {
            var (topic, message) = messages.Reading(reading);
            message.Headers = index < followed ? headers : null;
            await producer.ProduceAsync(topic, message);
        }

        await producer.ProduceAsync(names.Of(Topics.SensorRaw), new Message<byte[], byte[]> { Key = [1], Value = [1, 2, 3], Headers = headers });
    }

    /// <summary>Completes when all that was published has passed through every stage.</summary>
    public async Task DrainAsync()
    {
        using var patience = new CancellationTokenSource(DrainTimeout);
        foreach (var stage in ChainStages.All)
        {
            try
            {
                await Observer.DrainAsync(stage, DrainPause, patience.Token);
            }
            catch (OperationCanceledException)
            {
                var lag = await Observer.LagAsync(stage, CancellationToken.None);
                Assert.Fail($"{stage.Service} did not drain within {DrainTimeout.TotalSeconds} s; its lag is {lag}.\n"
                    + string.Join('\n', _services.Where(service => service.Service == stage.Service).Select(service => service.Process.Output)));
            }
        }
    }

    /// <summary>Completes when a topic holds so many records that are no ticks.</summary>
    public async Task UntilAsync(Topic topic, long records)
    {
        using var patience = new CancellationTokenSource(DrainTimeout);
        while (Observer.Count(topic) < records)
        {
            Assert.False(patience.IsCancellationRequested, $"{topic.Name} has {Observer.Count(topic)} records instead of {records} after {DrainTimeout.TotalSeconds} s.");
            await Task.Delay(20);
        }
    }

    /// <summary>Waits until a stage that is down has work to do.</summary>
    public async Task UntilLaggingAsync(ChainStage stage)
    {
        using var patience = new CancellationTokenSource(DrainTimeout);
        while (await Observer.LagAsync(stage, patience.Token) == 0)
        {
            await Task.Delay(DrainPause, patience.Token);
        }
    }

    /// <summary>Every committed record of a topic, read by somebody else's client.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="passedOver">Places, as partition/offset, of what somebody wrote there who should not have.</param>
    public async Task<IReadOnlyList<JsonElement>> ReadAsync(Topic topic, IEnumerable<string>? passedOver = null)
    {
        var file = FileFor($"{topic.Name}.jsonl");
        var places = FileFor("passed-over");
        await File.WriteAllLinesAsync(places, passedOver ?? []);
        await RunClientAsync("read_topic.py", ReadTimeout, NameOf(topic), file, places);
        return [.. File.ReadLines(file).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("value"))];
    }

    /// <summary>Runs somebody else's client, told of the cluster and the registry first.</summary>
    public async Task RunClientAsync(string script, TimeSpan timeout, params string[] arguments)
    {
        var python = await PythonEnvironment.CreateAsync("confluent-kafka", "fastavro");
        await python.RunAsync(Path.Combine(AppContext.BaseDirectory, "Clients", script), timeout, [Kafka.BootstrapServers, RegistryUrl, .. arguments]);
    }

    /// <summary>A topic's full name.</summary>
    public string NameOf(Topic topic) => new TopicNames(Kafka.TopicPrefix).Of(topic);

    /// <summary>A place for a file that goes with the chain.</summary>
    public string FileFor(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>The history that the sink has filled.</summary>
    public Task<SqliteHistory> OpenHistoryAsync() => SqliteHistory.OpenAsync(new SqliteHistoryOptions { Path = HistoryFile });

    public async ValueTask DisposeAsync()
    {
        _observer?.Dispose();
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }

        _client.Dispose();
        _folder.Delete(recursive: true);
    }
}
