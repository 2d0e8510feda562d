using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Streaming.Kafka;

/// <summary>Makes topics, and says where existing ones are not as they should be. Changes nothing that exists.</summary>
public sealed class TopicAdmin : IDisposable
{
    private const string TimestampSetting = "message.timestamp.type";
    private const string AppendTime = "LogAppendTime";

    private readonly IConsumer<Ignore, Ignore> _asker;
    private readonly IAdminClient _admin;

    /// <summary>An administrator over a cluster.</summary>
    public TopicAdmin(KafkaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        // Asked through a consumer: what a producer asks for may be made by the broker in passing.
        _asker = new ConsumerBuilder<Ignore, Ignore>(ClientSettings.Reader(options, "streaming-admin")).SetLogHandler((_, _) => { }).Build();
        _admin = new DependentAdminClientBuilder(_asker.Handle).Build();
    }

    /// <summary>Makes every topic that is missing, and compares the others.</summary>
    /// <returns>One outcome for each, in the given order.</returns>
    /// <exception cref="WorkerException">The cluster cannot be reached, or refuses.</exception>
    public async Task<IReadOnlyList<TopicOutcome>> EnsureAsync(IReadOnlyList<TopicSpecification> topics, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(topics);
        var created = await Patiently.AskAsync("make topics", () => CreateMissingAsync(topics), cancellation).ConfigureAwait(false);
        foreach (var name in created)
        {
            await Patiently.AskAsync($"make topic {name}", () => AwaitLeadersAsync(name), cancellation).ConfigureAwait(false);
        }

        var outcomes = await CompareAsync(topics, cancellation).ConfigureAwait(false);
        return [.. outcomes.Select(outcome => created.Contains(outcome.Name) ? outcome with { Status = TopicStatus.Created } : outcome)];
    }

    /// <summary>Compares without making anything.</summary>
    /// <exception cref="WorkerException">The cluster cannot be reached, or refuses.</exception>
    public async Task<IReadOnlyList<TopicOutcome>> CompareAsync(IReadOnlyList<TopicSpecification> topics, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(topics);
        var outcomes = new List<TopicOutcome>(topics.Count);
        foreach (var topic in topics)
        {
            outcomes.Add(await Patiently.AskAsync($"look at topic {topic.Name}", () => CompareAsync(topic), cancellation).ConfigureAwait(false));
        }

        return outcomes;
    }

    /// <summary>First and end offsets of every partition of a topic; empty where the topic does not exist.</summary>
    /// <exception cref="WorkerException">The cluster cannot be reached, or refuses.</exception>
    public Task<IReadOnlyList<PartitionRange>> RangesAsync(string topic, CancellationToken cancellation = default) =>
        Patiently.AskAsync<IReadOnlyList<PartitionRange>>($"read the offsets of {topic}", async () =>
        {
            var count = Find(topic)?.Partitions.Count ?? 0;
            var first = await OffsetsAsync(topic, count, OffsetSpec.Earliest()).ConfigureAwait(false);
            var end = await OffsetsAsync(topic, count, OffsetSpec.Latest()).ConfigureAwait(false);
            return [.. Enumerable.Range(0, count).Select(partition => new PartitionRange(partition, first[partition], end[partition]))];
        }, cancellation);

    /// <summary>The end of every partition by what has been written at all, of transactions that are still open too; empty where the topic does not exist.</summary>
    /// <exception cref="WorkerException">The cluster cannot be reached, or refuses.</exception>
    public Task<IReadOnlyList<long>> WrittenEndsAsync(string topic, CancellationToken cancellation = default) =>
        Patiently.AskAsync<IReadOnlyList<long>>($"read the offsets of {topic}", async () =>
            await OffsetsAsync(topic, Find(topic)?.Partitions.Count ?? 0, OffsetSpec.Latest(), IsolationLevel.ReadUncommitted).ConfigureAwait(false), cancellation);

    /// <summary>The first offset of every partition that was appended at a time or later; -1 where there is none.</summary>
    /// <param name="topic">The topic, in full.</param>
    /// <param name="time">Milliseconds since 1970.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="WorkerException">The cluster cannot be reached, or refuses.</exception>
    public Task<IReadOnlyList<long>> OffsetsAtAsync(string topic, long time, CancellationToken cancellation = default) =>
        Patiently.AskAsync<IReadOnlyList<long>>($"read the offsets of {topic}", async () =>
            await OffsetsAsync(topic, Find(topic)?.Partitions.Count ?? 0, OffsetSpec.ForTimestamp(time), IsolationLevel.ReadUncommitted).ConfigureAwait(false), cancellation);

    /// <summary>Committed offsets of a group, by partition, as they are now, whatever a transaction under way may make of them; partitions without one are left out.</summary>
    /// <exception cref="WorkerException">The cluster cannot be reached, or refuses.</exception>
    public Task<IReadOnlyDictionary<int, long>> CommittedAsync(string group, string topic, CancellationToken cancellation = default) =>
        Patiently.AskAsync<IReadOnlyDictionary<int, long>>($"read the offsets of group {group}", async () =>
        {
            var places = Enumerable.Range(0, Find(topic)?.Partitions.Count ?? 0).Select(partition => new TopicPartition(topic, partition)).ToList();
            var options = new ListConsumerGroupOffsetsOptions { RequireStableOffsets = false, RequestTimeout = ClientSettings.RequestTimeout };
            var found = await _admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions(group, places)], options).ConfigureAwait(false);
            return found[0].Partitions.Where(place => place.Offset.Value >= 0).ToDictionary(place => place.Partition.Value, place => place.Offset.Value);
        }, cancellation);

    /// <inheritdoc/>
    public void Dispose()
    {
        _admin.Dispose();
        _asker.Dispose();
    }

    private async Task<HashSet<string>> CreateMissingAsync(IReadOnlyList<TopicSpecification> topics)
    {
        var missing = topics.Where(topic => Find(topic.Name) is null).ToList();
        if (missing.Count == 0)
        {
            return [];
        }

        var specifications = missing.Select(topic => new Confluent.Kafka.Admin.TopicSpecification
        {
            Name = topic.Name,
            NumPartitions = topic.Partitions,
            ReplicationFactor = topic.ReplicationFactor,
            Configs = new Dictionary<string, string>(topic.Settings) { [TimestampSetting] = AppendTime },
        });
        try
        {
            await _admin.CreateTopicsAsync(specifications, new CreateTopicsOptions { RequestTimeout = ClientSettings.RequestTimeout, OperationTimeout = ClientSettings.RequestTimeout }).ConfigureAwait(false);
        }
        catch (CreateTopicsException e) when (e.Results.TrueForAll(result => !result.Error.IsError || result.Error.Code == ErrorCode.TopicAlreadyExists))
        {
            // Somebody else was faster: what they made is compared like any other.
            return [.. e.Results.Where(result => !result.Error.IsError).Select(result => result.Topic)];
        }
        catch (CreateTopicsException e)
        {
            var refused = e.Results.Where(result => result.Error.IsError).Select(result => $"{result.Topic}: {result.Error.Reason}");
            throw new WorkerException(FailureKind.Configuration, $"The cluster refuses to make topics: {string.Join("; ", refused)}", e);
        }

        return [.. missing.Select(topic => topic.Name)];
    }

    /// <summary>A topic that was just made takes a moment to be known and led.</summary>
    private Task<bool> AwaitLeadersAsync(string topic) => Find(topic) is not null
        ? Task.FromResult(true)
        : throw new KafkaException(new Error(ErrorCode.LeaderNotAvailable, "it was made, but its partitions have no leaders yet"));

    private async Task<TopicOutcome> CompareAsync(TopicSpecification topic)
    {
        var found = Find(topic.Name);
        if (found is null)
        {
            return new TopicOutcome(topic.Name, TopicStatus.Missing, []);
        }

        var differences = new List<TopicDifference>();
        Compare("partitions", Text(topic.Partitions), Text(found.Partitions.Count));
        if (topic.ReplicationFactor > 0)
        {
            Compare("replication.factor", Text(topic.ReplicationFactor), Text(found.Partitions.Max(partition => partition.Replicas.Length)));
        }

        var described = await _admin.DescribeConfigsAsync([new ConfigResource { Type = ResourceType.Topic, Name = topic.Name }], new DescribeConfigsOptions { RequestTimeout = ClientSettings.RequestTimeout }).ConfigureAwait(false);
        var entries = described[0].Entries;
        foreach (var (setting, wanted) in topic.Settings.Append(new(TimestampSetting, AppendTime)).DistinctBy(setting => setting.Key))
        {
            Compare(setting, setting == TimestampSetting ? AppendTime : wanted, entries.TryGetValue(setting, out var entry) ? entry.Value : "");
        }

        return new TopicOutcome(topic.Name, differences.Count == 0 ? TopicStatus.Exists : TopicStatus.Differs, differences);

        void Compare(string setting, string wanted, string actual)
        {
            if (wanted != actual)
            {
                differences.Add(new TopicDifference(setting, wanted, actual));
            }
        }
    }

    private TopicMetadata? Find(string topic) => Metadata.FindLed(_admin, topic);

    private async Task<long[]> OffsetsAsync(string topic, int count, OffsetSpec which, IsolationLevel isolation = IsolationLevel.ReadCommitted)
    {
        var offsets = new long[count];
        if (count > 0)
        {
            var asked = Enumerable.Range(0, count).Select(partition => new TopicPartitionOffsetSpec { TopicPartition = new TopicPartition(topic, partition), OffsetSpec = which });
            var found = await _admin.ListOffsetsAsync(asked, new ListOffsetsOptions { IsolationLevel = isolation, RequestTimeout = ClientSettings.RequestTimeout }).ConfigureAwait(false);
            foreach (var info in found.ResultInfos)
            {
                offsets[info.TopicPartitionOffsetError.Partition.Value] = info.TopicPartitionOffsetError.Offset.Value;
            }
        }

        return offsets;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
