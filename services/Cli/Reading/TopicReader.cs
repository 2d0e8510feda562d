using Confluent.Kafka;
using Streaming.Kafka;

namespace Streaming.Cli.Reading;

/// <summary>Reads the committed records that a topic has now, from its start or a time, outside any group; it ends by itself.</summary>
internal sealed class TopicReader(KafkaOptions kafka)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <exception cref="WorkerException">The topic does not exist, or the cluster stopped answering.</exception>
    public IEnumerable<ConsumeResult<byte[], byte[]>> Read(string topic, IReadOnlyList<PartitionRange> ranges, DateTimeOffset? since, CancellationToken cancellation)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(new ConsumerConfig(kafka.ForClient("streaming-reader").ToDictionary())
        {
            GroupId = "streaming-reader",
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = IsolationLevel.ReadCommitted,
            EnablePartitionEof = true,
            AllowAutoCreateTopics = false,
        }).SetLogHandler((_, _) => { }).Build();
        var ends = ranges.Where(range => range.End > range.First).ToDictionary(range => range.Partition, range => range.End);
        consumer.Assign(Starts(consumer, topic, ranges.Where(range => ends.ContainsKey(range.Partition)), since));
        while (ends.Count > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            var result = Next(consumer, topic);
            var end = ends.GetValueOrDefault(result.Partition.Value);
            if (result.IsPartitionEOF || result.Offset.Value >= end - 1)
            {
                ends.Remove(result.Partition.Value);
            }

            if (!result.IsPartitionEOF && result.Offset.Value < end)
            {
                yield return result;
            }
        }
    }

    private static ConsumeResult<byte[], byte[]> Next(IConsumer<byte[], byte[]> consumer, string topic)
    {
        try
        {
            return consumer.Consume(Patience)
                ?? throw new WorkerException(FailureKind.Retry, $"Nothing came from {topic} for {Patience.TotalSeconds} s, though it has more. Are all brokers up?");
        }
        catch (ConsumeException e)
        {
            throw new WorkerException(FailureKind.Retry, $"{topic} cannot be read: {e.Error.Reason}", e);
        }
    }

    private static List<TopicPartitionOffset> Starts(
        IConsumer<byte[], byte[]> consumer, string topic, IEnumerable<PartitionRange> ranges, DateTimeOffset? since) => since is { } time
        ? consumer.OffsetsForTimes(ranges.Select(range => new TopicPartitionTimestamp(topic, range.Partition, new Timestamp(time.UtcDateTime))), Patience)
            .ConvertAll(place => new TopicPartitionOffset(place.TopicPartition, place.Offset))
        : [.. ranges.Select(range => new TopicPartitionOffset(topic, range.Partition, range.First))];
}
