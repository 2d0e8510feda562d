using Confluent.Kafka;
using Streaming.Avro;

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
        KafkaOptions options, string group, IReadOnlyList<string> topics, OutputTopic? state = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(topics);
        return Patiently.AskAsync($"declare the first start of group {group}", () => Task.FromResult<IReadOnlyList<FirstStartPartition>>(Declare(options, group, topics, state)), cancellation);
    }

    private static List<FirstStartPartition> Declare(KafkaOptions options, string group, IReadOnlyList<string> topics, OutputTopic? state)
    {
        try
        {
            using var consumer = new ConsumerBuilder<Ignore, Ignore>(ClientSettings.Reader(options, group)).SetLogHandler((_, _) => { }).Build();
            using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
            var outcome = new List<FirstStartPartition>();
            foreach (var topic in topics)
            {
                var count = Count(admin, topic);
                if (state is not null && Count(admin, state.Name) != count)
                {
                    throw new WorkerException(FailureKind.Configuration, $"{state.Name} and {topic} must have the same number of partitions, since state is kept partition by partition");
                }

                outcome.AddRange(Declare(consumer, options, topic, count, state));
            }

            return outcome;
        }
        catch (KafkaException e) when (e.Error.Code is ErrorCode.UnknownMemberId or ErrorCode.RebalanceInProgress or ErrorCode.IllegalGeneration)
        {
            throw new WorkerException(FailureKind.Configuration, $"Group {group} has running workers: stop them before a first start is declared", e);
        }
    }

    private static List<FirstStartPartition> Declare(IConsumer<Ignore, Ignore> consumer, KafkaOptions options, string topic, int count, OutputTopic? state)
    {
        var outcome = new List<FirstStartPartition>();
        var places = Enumerable.Range(0, count).Select(partition => new TopicPartition(topic, partition));
        foreach (var known in consumer.Committed(places, ClientSettings.RequestTimeout))
        {
            var declared = known.Offset.Value >= 0;
            var offset = declared ? known.Offset.Value : consumer.QueryWatermarkOffsets(known.TopicPartition, ClientSettings.RequestTimeout).Low.Value;
            outcome.Add(new FirstStartPartition(topic, known.Partition.Value, offset, declared));
        }

        var fresh = outcome.Where(partition => !partition.AlreadyDeclared).ToList();
        if (fresh.Count == 0)
        {
            return outcome;
        }

        if (state is not null)
        {
            WriteEmptyState(options, state, count, fresh); // first: offsets without state would be refused, state without offsets is only written again
        }

        consumer.Commit(fresh.Select(partition => new TopicPartitionOffset(topic, partition.Partition, partition.Offset)));
        return outcome;
    }

    private static void WriteEmptyState(KafkaOptions options, OutputTopic state, int count, List<FirstStartPartition> partitions)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(ClientSettings.Writer(options, "streaming-first-start")).SetLogHandler((_, _) => { }).Build();
        var value = new AvroBuffer();
        Error? failure = null;
        foreach (var partition in partitions)
        {
            value.Reset();
            StateCodec.WriteProgress(value, state.SchemaId, partition.Offset, partition.Offset, count, writer: "", released: true, counters: default);
            producer.Produce(
                new TopicPartition(state.Name, partition.Partition),
                new Message<byte[], byte[]> { Key = StateCodec.ProgressKey.ToArray(), Value = value.WrittenSpan.ToArray() },
                report => failure = report.Error.IsError ? report.Error : failure);
        }

        if (producer.Flush(ClientSettings.RequestTimeout) > 0)
        {
            failure ??= new Error(ErrorCode.Local_TimedOut);
        }

        if (failure is not null)
        {
            throw new KafkaException(failure);
        }
    }

    private static int Count(IAdminClient admin, string topic) => Metadata.FindLed(admin, topic)?.Partitions.Count
        ?? throw new WorkerException(FailureKind.Configuration, $"Topic {topic} does not exist. Make the topics first ('streaming init')");
}

/// <summary>Where a group begins, or goes on, in one partition.</summary>
/// <param name="Topic">The topic, in full.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The committed offset.</param>
/// <param name="AlreadyDeclared">Whether it had one before.</param>
public readonly record struct FirstStartPartition(string Topic, int Partition, long Offset, bool AlreadyDeclared);
