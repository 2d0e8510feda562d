using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Kafka;
using Streaming.Registry;

namespace Streaming.Hosting;

/// <summary>Prepares a cluster for the chain: topics, schemas, the declaration of the first start. Everything may be repeated; nothing that exists is changed.</summary>
/// <param name="kafka">The cluster, and the prefix.</param>
/// <param name="registry">The schema registry.</param>
public sealed class ChainSetup(KafkaOptions kafka, ISchemaRegistry registry)
{
    private readonly TopicNames _names = new(kafka.TopicPrefix);

    /// <summary>Every topic as it should be.</summary>
    /// <param name="partitions">Partitions of topics that are divided by entity.</param>
    /// <param name="replication">Copies; -1 for the broker's default.</param>
    public IReadOnlyList<TopicSpecification> Specify(int partitions, short replication) =>
        [.. Topics.All.Select(topic => new TopicSpecification(
            _names.Of(topic), topic.Partitions == TopicPartitions.One ? 1 : partitions, replication, topic.Settings))];

    /// <summary>Registers every topic's schema with its level.</summary>
    /// <returns>The ids by topic.</returns>
    /// <exception cref="SchemaRegistryException">The registry is away, refuses us, or holds schemas that ours may not follow.</exception>
    public Task<IReadOnlyDictionary<Topic, int>> RegisterSchemasAsync(CancellationToken cancellation) =>
        new SubjectSetup(registry, _names).RegisterAsync(Topics.All, cancellation);

    /// <summary>Declares for each stage that it begins at the log's start, where it has not begun yet.</summary>
    /// <param name="ids">What <see cref="RegisterSchemasAsync"/> gave.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>Where each stage begins or goes on, by stage.</returns>
    /// <exception cref="WorkerException">The cluster cannot be reached, a topic is missing, or a stage is running.</exception>
    public async Task<IReadOnlyDictionary<ChainStage, IReadOnlyList<FirstStartPartition>>> DeclareFirstStartAsync(
        IReadOnlyDictionary<Topic, int> ids, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(ids);
        var starts = new Dictionary<ChainStage, IReadOnlyList<FirstStartPartition>>();
        foreach (var stage in ChainStages.All)
        {
            var state = stage.State is null ? null : new OutputTopic(_names.Of(stage.State), ids[stage.State]);
            starts[stage] = await FirstStart.DeclareAsync(kafka, stage.Group(kafka.TopicPrefix), [.. stage.Inputs.Select(_names.Of)], state, cancellation);
        }

        return starts;
    }
}
