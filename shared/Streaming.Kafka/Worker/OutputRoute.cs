using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>Where the records of an <see cref="OutputBatch"/> go.</summary>
internal sealed class OutputRoute(IReadOnlyList<TopicShape> topics, int mostBytes)
{
    /// <summary>The largest record that is written at all.</summary>
    public int MostBytes => mostBytes;

    /// <summary>The partition that a record goes to. A record without a key and without a chosen partition has no place of its own: it goes to partition 0.</summary>
    public PartitionId Place(in OutputRecord output)
    {
        var topic = topics[output.Topic];
        var partition = output.Partition != OutputBatch.ByKey ? output.Partition : output.Record.HasKey ? Murmur2.Partition(output.Record.Key, topic.Partitions) : 0;
        return new PartitionId(topic.Name, partition);
    }

    public static int Size(in Record record) => record.Key.Length + record.Value.Length + record.Headers.Packed.Length;
}
