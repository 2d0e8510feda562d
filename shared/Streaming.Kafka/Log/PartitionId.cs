namespace Streaming.Kafka;

/// <summary>A partition of a topic.</summary>
internal readonly record struct PartitionId(string Topic, int Partition)
{
    public override string ToString() => $"{Topic}/{Partition}";
}
