namespace Streaming.Kafka;

/// <summary>
/// Declares where a group begins. Without it a worker refuses to start: offsets that are missing later can then only mean that they were lost,
/// and never that everything is to be done again from the log's start.
/// </summary>
public static class FirstStart
{
    /// <summary>Commits the log's start for every partition of a group that has no committed offset, and, for a stateful stage, an empty
    /// state beside it. Offsets that exist stay as they are, so it may be repeated; the group's workers must not be running.</summary>
    /// <param name="options">How to reach Kafka.</param>
    /// <param name="group">The consumer group, in full.</param>
    /// <param name="topics">The group's input topics, in full.</param>
    /// <param name="state">The state topic of a stateful stage; null for others.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>Every partition, with the offset that it begins or goes on at.</returns>
    /// <exception cref="WorkerException">The cluster cannot be reached, a topic is missing, or the group is running.</exception>
    public static Task<IReadOnlyList<FirstStartPartition>> DeclareAsync(
        KafkaOptions options, string group, IReadOnlyList<string> topics, OutputTopic? state = null, CancellationToken cancellation = default) =>
        throw new NotImplementedException();
}

/// <summary>Where a group begins, or goes on, in one partition.</summary>
/// <param name="Topic">The topic, in full.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The committed offset.</param>
/// <param name="AlreadyDeclared">Whether it had one before.</param>
public readonly record struct FirstStartPartition(string Topic, int Partition, long Offset, bool AlreadyDeclared);
