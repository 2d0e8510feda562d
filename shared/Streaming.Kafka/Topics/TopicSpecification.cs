namespace Streaming.Kafka;

/// <summary>A topic as it should be.</summary>
/// <param name="Name">The topic, in full.</param>
/// <param name="Partitions">How many partitions.</param>
/// <param name="ReplicationFactor">How many copies; -1 for the broker's default.</param>
/// <param name="Settings">Settings by Kafka's names. <c>message.timestamp.type</c> is always <c>LogAppendTime</c> and need not be given.</param>
public sealed record TopicSpecification(string Name, int Partitions, short ReplicationFactor, IReadOnlyDictionary<string, string> Settings);

/// <summary>What was found of a topic, or done about it.</summary>
/// <param name="Name">The topic, in full.</param>
/// <param name="Status">What was found or done.</param>
/// <param name="Differences">Where it is not as it should be.</param>
public sealed record TopicOutcome(string Name, TopicStatus Status, IReadOnlyList<TopicDifference> Differences);

/// <summary>What was found of a topic, or done about it.</summary>
public enum TopicStatus
{
    /// <summary>It was missing and has been made.</summary>
    Created,

    /// <summary>It is as it should be.</summary>
    Exists,

    /// <summary>It exists, but not as it should be.</summary>
    Differs,

    /// <summary>It is missing.</summary>
    Missing,
}

/// <summary>One setting that is not as it should be.</summary>
/// <param name="Setting">Kafka's name of it, or <c>partitions</c> or <c>replication.factor</c>.</param>
/// <param name="Wanted">What it should be.</param>
/// <param name="Found">What it is.</param>
public sealed record TopicDifference(string Setting, string Wanted, string Found);

/// <summary>Which offsets a partition has.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="First">The first offset that is still there.</param>
/// <param name="End">The offset that the next record gets.</param>
public readonly record struct PartitionRange(int Partition, long First, long End);
