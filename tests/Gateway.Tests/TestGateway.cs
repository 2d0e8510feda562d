using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Flow;
using Streaming.Gateway;
using Streaming.Gateway.Tests;
using Streaming.History.Sqlite;
using Streaming.Hosting;
using Streaming.Ingest;
using Streaming.Kafka;
using Streaming.Testing;

[assembly: AssemblyFixture(typeof(KafkaServer))]
[assembly: AssemblyFixture(typeof(RegistryServer))]

namespace Streaming.Gateway.Tests;

/// <summary>A gateway of its own on the shared servers: topics under a prefix, an empty history, a free port.</summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("streaming-gateway-");
    private readonly SchemaRegistryClient _client;
    private readonly GatewayServer _server;

    private TestGateway(
        SchemaRegistryClient client, string registry, KafkaOptions kafka, IReadOnlyDictionary<Topic, int> ids, ChainObserver observer, SqliteHistory history, string historyFile, GatewayServer server)
    {
        HistoryFile = historyFile;
        _client = client;
        _server = server;
        RegistryUrl = registry;
        Kafka = kafka;
        Ids = ids;
        Observer = observer;
        History = history;
        Http = new HttpClient { BaseAddress = new Uri(server.Url) };
    }

    public KafkaOptions Kafka { get; }

    public string RegistryUrl { get; }

    public IReadOnlyDictionary<Topic, int> Ids { get; }

    public ChainObserver Observer { get; }

    public SqliteHistory History { get; }

    public string HistoryFile { get; }

    public HttpClient Http { get; }

    private string TakenFile => HistoryFile + ".taken";

    public GatewayServer Server => _server;

    public static async Task<TestGateway> StartAsync(KafkaServer kafka, RegistryServer registry, GatewayOptions? options = null, KafkaOptions? publishTo = null, TimeProvider? clock = null)
    {
        var folder = Directory.CreateTempSubdirectory("streaming-gateway-history-");
        var cluster = new KafkaOptions { BootstrapServers = await kafka.StartAsync(), TopicPrefix = $"g{Guid.NewGuid():N}"[..9] + "." };
        var url = await registry.StartAsync();
        var client = new SchemaRegistryClient(new SchemaRegistryOptions { Url = url });
        var setup = new ChainSetup(cluster, client);
        using (var admin = new TopicAdmin(cluster))
        {
            await admin.EnsureAsync(setup.Specify(partitions: 2, replication: 1), CancellationToken.None);
        }

        var ids = await setup.RegisterSchemasAsync(CancellationToken.None);
        var observer = await ChainObserver.OpenAsync(cluster, TimeProvider.System, CancellationToken.None);
        var historyFile = Path.Combine(folder.FullName, "history.db");
        var history = await SqliteHistory.OpenAsync(new SqliteHistoryOptions { Path = historyFile, BusyTimeout = TimeSpan.FromSeconds(1) });
        var chosen = options ?? new GatewayOptions();
        chosen.Port = 0;
        var server = await GatewayServer.StartAsync(
            new GatewayParts
            {
                Options = chosen,
                Ingest = new IngestOptions(),
                Kafka = publishTo ?? cluster,
                ReadingSchemaId = ids[Topics.SensorRaw],
                Observer = observer,
                History = history,
                ModelsDirectory = Repository.PathOf("deploy", "samples", "occupancy", "models"),
            },
            NullLoggerFactory.Instance,
            clock ?? TimeProvider.System,
            CancellationToken.None);
        return new TestGateway(client, url, cluster, ids, observer, history, historyFile, server);
    }

    /// <summary>A producer of bytes, as any other program has.</summary>
    public IProducer<byte[], byte[]> Producer() => new ProducerBuilder<byte[], byte[]>(new ProducerConfig { BootstrapServers = Kafka.BootstrapServers, Partitioner = Partitioner.Murmur2Random }).Build();

    /// <summary>Every record of a topic, read by somebody else's client, as JSON lines.</summary>
    public async Task<string[]> ReadAsync(Topic topic)
    {
        var python = await PythonEnvironment.CreateAsync("confluent-kafka", "fastavro");
        var file = Path.Combine(_folder.FullName, $"{Guid.NewGuid():N}.jsonl");
        await python.RunAsync(
            Path.Combine(AppContext.BaseDirectory, "Clients", "read_topic.py"), TimeSpan.FromSeconds(120), Kafka.BootstrapServers, RegistryUrl, new TopicNames(Kafka.TopicPrefix).Of(topic), file);
        return await File.ReadAllLinesAsync(file);
    }

    /// <summary>What stands in the history's place cannot be opened.</summary>
    public void TakeHistoryAway()
    {
        File.Move(HistoryFile, TakenFile);
        while (!Directory.Exists(HistoryFile))
        {
            try
            {
                Directory.CreateDirectory(HistoryFile);
            }
            catch (IOException)
            {
                File.Delete(HistoryFile); // somebody opened it just now, which makes an empty one
            }
        }
    }

    /// <summary>The history is where it was.</summary>
    public void GiveHistoryBack()
    {
        Directory.Delete(HistoryFile);
        File.Move(TakenFile, HistoryFile, overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
        Observer.Dispose();
        await History.DisposeAsync();
        _client.Dispose();
        _folder.Delete(recursive: true);
    }
}
