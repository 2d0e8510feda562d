using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Hosting;
using Streaming.Kafka;
using Streaming.Local.Embedded;
using Streaming.Registry.Embedded;

namespace Streaming.Local.Chain;

/// <summary>The broker and the registry of a run: embedded in this process, or real ones elsewhere.</summary>
internal sealed class ClusterParts : IAsyncDisposable
{
    private const int Partitions = 4;
    private const short BrokersDefault = -1;

    private readonly EmbeddedBroker? _broker;
    private readonly EmbeddedSchemaRegistry? _registry;

    private ClusterParts(string bootstrapServers, string registryUrl, EmbeddedBroker? broker, EmbeddedSchemaRegistry? registry)
    {
        BootstrapServers = bootstrapServers;
        RegistryUrl = registryUrl;
        _broker = broker;
        _registry = registry;
    }

    public string BootstrapServers { get; }

    public string RegistryUrl { get; }

    /// <summary>Starts both in this process.</summary>
    public static async Task<ClusterParts> EmbedAsync(CancellationToken cancellation)
    {
        var registry = await EmbeddedSchemaRegistry.StartAsync(cancellation: cancellation);
        var broker = EmbeddedBroker.Start();
        return new ClusterParts(broker.BootstrapServers, registry.Url.ToString(), broker, registry);
    }

    /// <summary>Uses what is there.</summary>
    public static ClusterParts Real(string bootstrapServers, string registryUrl) => new(bootstrapServers, registryUrl, broker: null, registry: null);

    /// <summary>Makes topics, registers schemas, declares the first start.</summary>
    /// <returns>The schemas' ids.</returns>
    /// <exception cref="ConfigurationException">The cluster holds a chain that has run already, or topics that do not fit.</exception>
    public async Task<IReadOnlyDictionary<Topic, int>> PrepareAsync(KafkaOptions kafka, ISchemaRegistry registry, CancellationToken cancellation)
    {
        var setup = new ChainSetup(kafka, registry);
        var wanted = setup.Specify(Partitions, BrokersDefault);
        if (_broker is { } embedded)
        {
            foreach (var topic in wanted)
            {
                embedded.CreateTopic(topic.Name, topic.Partitions);
            }
        }
        else
        {
            await MakeTopicsAsync(kafka, wanted, cancellation);
        }

        var ids = await setup.RegisterSchemasAsync(cancellation);
        await setup.DeclareFirstStartAsync(ids, cancellation);
        return ids;
    }

    public async ValueTask DisposeAsync()
    {
        _broker?.Dispose();
        if (_registry is not null)
        {
            await _registry.DisposeAsync();
        }
    }

    private static async Task MakeTopicsAsync(KafkaOptions kafka, IReadOnlyList<TopicSpecification> wanted, CancellationToken cancellation)
    {
        if (kafka.Validate() is { Count: > 0 } errors)
        {
            throw new ConfigurationException([.. errors.Select(error => error.Describe(WorkerSettings.KafkaSection))]);
        }

        using var admin = new TopicAdmin(kafka);
        var raw = new TopicNames(kafka.TopicPrefix).Of(Topics.SensorRaw);
        if ((await admin.RangesAsync(raw, cancellation)).Any(range => range.End > range.First))
        {
            throw new ConfigurationException([$"--prefix '{kafka.TopicPrefix}': the topic {raw} is not empty, and the sample's results could not be told from what it holds; give another --prefix, such as try1."]);
        }

        var outcomes = await admin.EnsureAsync(wanted, cancellation);
        var wrong = outcomes.Where(outcome => outcome.Status == TopicStatus.Differs).ToArray();
        if (wrong.Length > 0)
        {
            throw new ConfigurationException([.. wrong.SelectMany(topic => topic.Differences.Select(difference =>
                $"topic {topic.Name}: {difference.Setting} is {difference.Found}, should be {difference.Wanted}; give another --prefix, or mend the topic."))]);
        }
    }
}
