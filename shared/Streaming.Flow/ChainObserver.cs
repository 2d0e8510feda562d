using Confluent.Kafka;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Kafka;

namespace Streaming.Flow;

/// <summary>Sees the whole chain from outside: how much each stage has written, how far it is behind, what was refused. Any number may look at one chain.</summary>
public sealed class ChainObserver : IDisposable
{
    private const int KeptRefusals = 50;

    /// <summary>What any stage reads or writes.</summary>
    private static readonly IReadOnlyList<Topic> Watched = [.. ChainStages.All.SelectMany(stage => stage.Inputs.Concat(stage.Outputs)).Append(Topics.DeadLetters).Distinct()];

    private readonly KafkaOptions _kafka;
    private readonly TopicNames _names;
    private readonly TopicAdmin _admin;
    private readonly FlowWatcher _watcher;
    private readonly Dictionary<Topic, RateMeter> _rates;
    private readonly string _deadLetters;
    private readonly LinkedList<Refused> _refusals = [];

    private ChainObserver(KafkaOptions kafka, TopicAdmin admin, IReadOnlyList<TopicPartition> partitions, TimeProvider clock)
    {
        _kafka = kafka;
        _names = new TopicNames(kafka.TopicPrefix);
        _admin = admin;
        _deadLetters = _names.Of(Topics.DeadLetters);
        _rates = Watched.ToDictionary(topic => topic, _ => new RateMeter(clock));
        _watcher = new FlowWatcher(kafka, partitions, _names.Of(Topics.SensorReadings), Seen);
    }

    /// <summary>The newest dead letters, the newest first.</summary>
    public IReadOnlyList<Refused> Refusals
    {
        get
        {
            lock (_refusals)
            {
                return [.. _refusals];
            }
        }
    }

    /// <summary>Begins to watch, from the start of each topic.</summary>
    /// <exception cref="WorkerException">The cluster cannot be reached, or has no such topics.</exception>
    public static async Task<ChainObserver> OpenAsync(KafkaOptions kafka, TimeProvider clock, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(kafka);
        var names = new TopicNames(kafka.TopicPrefix);
        var admin = new TopicAdmin(kafka);
        var partitions = new List<TopicPartition>();
        foreach (var topic in Watched)
        {
            var ranges = await admin.RangesAsync(names.Of(topic), cancellation);
            if (ranges.Count == 0)
            {
                admin.Dispose();
                throw new WorkerException(FailureKind.Configuration, $"There is no topic '{names.Of(topic)}'; 'streaming init' makes it, with the same prefix.");
            }

            partitions.AddRange(ranges.Select(range => new TopicPartition(names.Of(topic), range.Partition)));
        }

        return new ChainObserver(kafka, admin, partitions, clock);
    }

    /// <summary>How many records of a topic have been seen, ticks not counted.</summary>
    public long Count(Topic topic) => Flows(topic).Sum(flow => flow.Records);

    /// <summary>The chain as it is now.</summary>
    /// <exception cref="WorkerException">The cluster cannot be reached.</exception>
    public async Task<ChainSnapshot> LookAsync(CancellationToken cancellation)
    {
        var counts = Watched.ToDictionary(topic => topic, Count);
        var rates = Watched.ToDictionary(topic => topic, topic => _rates[topic].Update(counts[topic]));
        var stages = new List<StageSnapshot>();
        foreach (var stage in ChainStages.All)
        {
            var lag = await LagAsync(stage, cancellation);
            stages.Add(stage.Outputs.Count > 0
                ? new StageSnapshot(stage.Service, stage.Outputs[0].Name, counts[stage.Outputs[0]], rates[stage.Outputs[0]], lag)
                : new StageSnapshot(stage.Service, "history", stage.Inputs.Sum(topic => counts[topic]), stage.Inputs.Sum(topic => rates[topic]), lag));
        }

        return new ChainSnapshot(
            stages, counts[Topics.SensorRaw], rates[Topics.SensorRaw], counts[Topics.SensorLate], counts[Topics.DeadLetters], Refusals.Count > 0 ? Refusals[0] : null);
    }

    /// <summary>Records of a stage's inputs that its group has not committed, by an upper bound: control records and ticks between them count.</summary>
    public async Task<long> LagAsync(ChainStage stage, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stage);
        long lag = 0;
        foreach (var topic in stage.Inputs)
        {
            var committed = await _admin.CommittedAsync(stage.Group(_kafka.TopicPrefix), _names.Of(topic), cancellation);
            lag += Flows(topic)
                .Where(flow => flow.LastRecord >= 0)
                .Sum(flow => Math.Max(0, flow.LastRecord + 1 - committed.GetValueOrDefault(flow.Partition)));
        }

        return lag;
    }

    /// <summary>Completes when a stage has done all that is in its inputs now: its committed offsets are past the last record of each that is no tick.</summary>
    public async Task DrainAsync(ChainStage stage, TimeSpan pause, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(stage);
        foreach (var topic in stage.Inputs)
        {
            await _watcher.CatchUpAsync(_names.Of(topic), cancellation);
        }

        while (await LagAsync(stage, cancellation) > 0)
        {
            await Task.Delay(pause, cancellation);
        }

        foreach (var topic in stage.Outputs.Append(Topics.DeadLetters).Where(Watched.Contains))
        {
            await _watcher.CatchUpAsync(_names.Of(topic), cancellation);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _watcher.Dispose();
        _admin.Dispose();
    }

    private IReadOnlyList<PartitionFlow> Flows(Topic topic) => _watcher.Snapshot(_names.Of(topic));

    private void Seen(string topic, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (topic != _deadLetters || !ConfluentFraming.TryRead(value, out _, out var body))
        {
            return;
        }

        var reader = new AvroReader(body, AvroLimits.Default);
        if (DeadLetter.TryDecode(ref reader, out var letter) != AvroStatus.Ok)
        {
            return;
        }

        lock (_refusals)
        {
            _refusals.AddFirst(new Refused(letter!.Stage, letter.Reason.ToString(), letter.Detail, $"{letter.Topic}/{letter.Partition}/{letter.Offset}", letter.EntityId));
            if (_refusals.Count > KeptRefusals)
            {
                _refusals.RemoveLast();
            }
        }
    }
}
