using System.Text;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Features.Replay;
using Streaming.Hosting;
using Streaming.Ingest;
using Streaming.Kafka;
using Streaming.Pipes;

namespace Streaming.Cli.Replaying;

/// <summary>What <c>entity.attributes</c>, which keeps everything for ever, said of entities and groups up to a time: for a replay that does not begin at the log's start.</summary>
internal sealed class KnownAttributes
{
    private readonly IReadOnlyList<EntityAttributes> _said;

    private KnownAttributes(IReadOnlyList<EntityAttributes> said) => _said = said;

    /// <summary>Nothing.</summary>
    public static KnownAttributes None { get; } = new([]);

    /// <summary>What concerns a partition: groups, and the entities that are at home there.</summary>
    public IEnumerable<EntityAttributes> Of(int partition, int partitions) =>
        _said.Where(said => said.Scope == Scope.Group || Murmur2.Partition(Encoding.UTF8.GetBytes(said.EntityId), partitions) == partition);

    /// <summary>Reads what was appended before a time, as SensorIngest lets it pass. Nothing is read where no feature set joins anything.</summary>
    /// <exception cref="WorkerException">The topic cannot be read.</exception>
    public static async Task<KnownAttributes> ReadAsync(
        KafkaOptions kafka, ISchemaRegistry registry, IReadOnlyList<FeatureSetDefinition> sets, long? until, IngestOptions ingest, CancellationToken cancellation)
    {
        if (until is null || !WarmUp.NeedsAttributes(sets))
        {
            return None;
        }

        var rules = new AttributeRules(ingest);
        var said = new List<EntityAttributes>();
        await foreach (var record in new TopicRecords(kafka, registry, "streaming-attributes").ReadAsync<EntityAttributes>(new TopicNames(kafka.TopicPrefix).Of(Topics.EntityAttributes), cancellation))
        {
            if (record.AppendTime < until && rules.Allow(record.Value))
            {
                said.Add(new EntityAttributes
                {
                    EntityId = record.Value.EntityId,
                    ValidFrom = record.Value.ValidFrom,
                    Scope = record.Value.Scope,
                    GroupId = record.Value.GroupId,
                    Attributes = record.Value.Attributes,
                    IngestTime = record.AppendTime,
                });
            }
        }

        return new KnownAttributes(said);
    }
}
