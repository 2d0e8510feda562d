using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Streaming.Flow;

/// <summary>How far consumer groups have come, asked of the broker.</summary>
public sealed class GroupProgress : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly IAdminClient _admin;

    /// <param name="client">Settings of the client: bootstrap servers, security.</param>
    public GroupProgress(IEnumerable<KeyValuePair<string, string>> client) =>
        _admin = new AdminClientBuilder(new AdminClientConfig(client.ToDictionary())).Build();

    /// <summary>The committed offsets of a group, offsets of open transactions awaited.</summary>
    /// <returns>By partition; -1 where none is committed.</returns>
    public async Task<IReadOnlyDictionary<TopicPartition, long>> CommittedAsync(string group, IEnumerable<TopicPartition> partitions)
    {
        var answer = await _admin.ListConsumerGroupOffsetsAsync(
            [new ConsumerGroupTopicPartitions(group, [.. partitions])],
            new ListConsumerGroupOffsetsOptions { RequestTimeout = RequestTimeout, RequireStableOffsets = true });
        return answer[0].Partitions.ToDictionary(
            partition => partition.TopicPartition,
            partition => partition.Offset.IsSpecial ? -1 : partition.Offset.Value);
    }

    /// <summary>Records of the watched topics that a group has not committed, by an upper bound: control records and ticks between them count.</summary>
    public async Task<long> LagAsync(string group, IReadOnlyCollection<PartitionFlow> flows)
    {
        var withRecords = flows.Where(flow => flow.LastRecord >= 0).ToArray();
        if (withRecords.Length == 0)
        {
            return 0;
        }

        var committed = await CommittedAsync(group, withRecords.Select(flow => new TopicPartition(flow.Topic, flow.Partition)));
        return withRecords.Sum(flow =>
            Math.Max(0, flow.LastRecord + 1 - Math.Max(0, committed[new TopicPartition(flow.Topic, flow.Partition)])));
    }

    /// <inheritdoc/>
    public void Dispose() => _admin.Dispose();
}
