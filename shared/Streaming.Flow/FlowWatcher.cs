using Confluent.Kafka;
using Streaming.Kafka;

namespace Streaming.Flow;

/// <summary>
/// Watches topics from outside, as any read_committed consumer could: how many records there are, up to which offset they have been seen, and
/// the last that is more than a tick. It belongs to no group and commits nothing.
/// </summary>
public sealed class FlowWatcher : IDisposable
{
    private const string Name = "streaming-watcher";
    private static readonly TimeSpan PollTime = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly Dictionary<TopicPartition, PartitionFlow> _flows = [];
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly IConsumer<byte[]?, byte[]?> _uncommitted;
    private readonly string _ticks;
    private readonly RecordSeen? _seen;
    private readonly Thread _thread;
    private Exception? _failure;

    /// <summary>Starts watching at the log's start.</summary>
    /// <param name="kafka">The cluster.</param>
    /// <param name="partitions">What to watch.</param>
    /// <param name="ticks">The topic in which a record without a key is a tick; in any other it is a record like the rest.</param>
    /// <param name="seen">Called for each record, ticks included; may be null.</param>
    public FlowWatcher(KafkaOptions kafka, IReadOnlyList<TopicPartition> partitions, string ticks, RecordSeen? seen)
    {
        _ticks = ticks;
        _seen = seen;
        foreach (var partition in partitions)
        {
            _flows[partition] = new PartitionFlow(partition.Topic, partition.Partition, Records: 0, LastRecord: -1, Position: 0);
        }

        _consumer = Build(kafka, IsolationLevel.ReadCommitted);
        _uncommitted = Build(kafka, IsolationLevel.ReadUncommitted);
        _consumer.Assign(partitions.Select(partition => new TopicPartitionOffset(partition, Offset.Beginning)));
        _thread = new Thread(Watch) { IsBackground = true, Name = "flow watcher" };
        _thread.Start();
    }

    /// <summary>What has been seen so far, by partition.</summary>
    /// <exception cref="KafkaException">The watcher's client failed for good.</exception>
    public IReadOnlyList<PartitionFlow> Snapshot()
    {
        lock (_lock)
        {
            return _failure is null ? [.. _flows.Values] : throw new KafkaException(ErrorCode.Local_Fail, _failure);
        }
    }

    /// <summary>What has been seen of a topic.</summary>
    public IReadOnlyList<PartitionFlow> Snapshot(string topic) => [.. Snapshot().Where(flow => flow.Topic == topic)];

    /// <summary>Completes when everything that is in a topic now, open transactions included, has been seen or thrown away by its writer.</summary>
    public async Task CatchUpAsync(string topic, CancellationToken cancellation)
    {
        var ends = Snapshot(topic).ToDictionary(
            flow => flow.Partition,
            flow => _uncommitted.QueryWatermarkOffsets(new TopicPartition(topic, flow.Partition), RequestTimeout).High.Value);
        while (Snapshot(topic).Any(flow => flow.Position < ends[flow.Partition]))
        {
            await Task.Delay(PollTime, cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Cancel();
        _thread.Join();
        _consumer.Dispose();
        _uncommitted.Dispose();
        _stopping.Dispose();
    }

    private static IConsumer<byte[]?, byte[]?> Build(KafkaOptions kafka, IsolationLevel isolation) =>
        new ConsumerBuilder<byte[]?, byte[]?>(new ConsumerConfig(kafka.ForClient(Name).ToDictionary())
        {
            GroupId = Name,
            EnableAutoCommit = false,
            AutoOffsetReset = AutoOffsetReset.Earliest,
            IsolationLevel = isolation,
            EnablePartitionEof = true,
            FetchWaitMaxMs = 50,
        }).Build();

    private void Watch()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                if (_consumer.Consume(PollTime) is { } result)
                {
                    Take(result);
                }
            }
            catch (ConsumeException error) when (!error.Error.IsFatal)
            {
                // The client goes on by itself; what it missed it fetches again.
            }
            catch (KafkaException error)
            {
                lock (_lock)
                {
                    _failure = error;
                }

                return;
            }
        }
    }

    private void Take(ConsumeResult<byte[]?, byte[]?> result)
    {
        if (!result.IsPartitionEOF)
        {
            _seen?.Invoke(result.Topic, result.Message.Key, result.Message.Value);
        }

        lock (_lock)
        {
            var flow = _flows[result.TopicPartition];
            if (result.IsPartitionEOF)
            {
                flow = flow with { Position = Math.Max(flow.Position, result.Offset.Value) };
            }
            else if (result.Message.Key is null && result.Topic == _ticks)
            {
                flow = flow with { Position = result.Offset.Value + 1 };
            }
            else
            {
                flow = flow with { Position = result.Offset.Value + 1, Records = flow.Records + 1, LastRecord = result.Offset.Value };
            }

            _flows[result.TopicPartition] = flow;
        }
    }
}
