namespace Streaming.Kafka;

/// <summary>Makes topics, and says where existing ones are not as they should be. Changes nothing that exists.</summary>
public sealed class TopicAdmin : IDisposable
{
    /// <summary>An administrator over a cluster.</summary>
    public TopicAdmin(KafkaOptions options) => _ = options;

    /// <summary>Makes every topic that is missing, and compares the others.</summary>
    /// <returns>One outcome for each, in the given order.</returns>
    /// <exception cref="WorkerException">The cluster cannot be reached, or refuses.</exception>
    public Task<IReadOnlyList<TopicOutcome>> EnsureAsync(IReadOnlyList<TopicSpecification> topics, CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Compares without making anything.</summary>
    public Task<IReadOnlyList<TopicOutcome>> CompareAsync(IReadOnlyList<TopicSpecification> topics, CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>First and end offsets of every partition of a topic; empty where the topic does not exist.</summary>
    public Task<IReadOnlyList<PartitionRange>> RangesAsync(string topic, CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <summary>Committed offsets of a group, by partition; partitions without one are left out.</summary>
    public Task<IReadOnlyDictionary<int, long>> CommittedAsync(string group, string topic, CancellationToken cancellation = default) => throw new NotImplementedException();

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
