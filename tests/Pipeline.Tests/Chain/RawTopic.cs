using Confluent.Kafka;
using Streaming.Kafka;

namespace Streaming.Pipeline.Tests.Chain;

/// <summary>The committed records of a topic as they lie there, byte by byte.</summary>
internal static class RawTopic
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(200);

    /// <summary>By partition, in order.</summary>
    public static SortedDictionary<int, List<byte[]>> Read(KafkaOptions kafka, string topic)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig(kafka.ForClient("raw").ToDictionary())
        {
            GroupId = "raw",
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnablePartitionEof = true,
        }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        var partitions = admin.GetMetadata(topic, Patience).Topics.Single().Partitions.Select(partition => partition.PartitionId).ToList();
        var found = new SortedDictionary<int, List<byte[]>>(partitions.ToDictionary(partition => partition, _ => new List<byte[]>()));
        var open = partitions.ToHashSet();
        consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(topic, partition, Offset.Beginning)));
        using var giveUp = new CancellationTokenSource(Patience);
        while (open.Count > 0)
        {
            Assert.False(giveUp.IsCancellationRequested, $"{topic} was not read to its end in time.");
            if (consumer.Consume(Slice) is not { } record)
            {
                continue;
            }

            if (record.IsPartitionEOF)
            {
                open.Remove(record.Partition.Value);
            }
            else
            {
                found[record.Partition.Value].Add(record.Message.Value);
            }
        }

        return found;
    }
}
