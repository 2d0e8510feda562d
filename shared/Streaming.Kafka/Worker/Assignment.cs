namespace Streaming.Kafka;

/// <summary>The input partitions that a worker has: brings new ones to life, and tells the consumer where to pause, to resume and to go.</summary>
internal sealed class Assignment : IRecordIntake
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Observation = TimeSpan.FromSeconds(1);

    private readonly WorkerContext _context;
    private readonly WorkerTopics _topics;
    private readonly RestorationContext? _restorations;
    private readonly IGroupConsumer _consumer;
    private readonly Dictionary<PartitionId, InputPartition> _partitions = [];
    private long _nextAttempt;
    private long _nextObservation;

    public Assignment(WorkerContext context, WorkerTopics topics, IGroupConsumer consumer, CheckpointSchedule schedule)
    {
        _context = context;
        _topics = topics;
        _consumer = consumer;
        Intake = new Intake(context.Options.BatchBytes, context.Binding.Gate, context.Time) { MostRecords = context.Options.BatchRecords };
        _restorations = context.Stateful is null ? null : new RestorationContext(context, consumer, topics.CountOf(0), schedule);
    }

    /// <summary>What is gathered, over all partitions.</summary>
    public Intake Intake { get; }

    public int Room => Intake.Room;

    public int Count => _partitions.Count;

    public IReadOnlyCollection<InputPartition> All => _partitions.Values;

    /// <summary>Those whose records are being processed.</summary>
    public IEnumerable<InputPartition> Live => _partitions.Values.Where(partition => partition.IsLive);

    public InputPartition? Find(string topic, int partition) => _partitions.GetValueOrDefault(new PartitionId(topic, partition));

    public InputPartition? Find(PartitionId id) => _partitions.GetValueOrDefault(id);

    /// <summary>Whether this very object stands for its partition still.</summary>
    public bool Has(InputPartition partition) => _partitions.GetValueOrDefault(partition.Id) == partition;

    public void Add(IReadOnlyList<PartitionId> partitions)
    {
        foreach (var id in partitions)
        {
            var topic = _context.Binding.Inputs.TakeWhile(name => name != id.Topic).Count();
            _partitions[id] = new InputPartition(id, topic, Intake);
        }

        Publish();
    }

    /// <summary>Drops partitions with their state and whatever was gathered of them.</summary>
    public void Remove(IReadOnlyList<PartitionId> partitions)
    {
        foreach (var id in partitions)
        {
            if (_partitions.Remove(id, out var partition))
            {
                if (partition.Restoration is not null)
                {
                    partition.Restoration.Dispose();
                }
                else if (partition.IsLive)
                {
                    _context.Stateful?.Close(id.Partition);
                }

                partition.Leave(PartitionState.Assigned);
            }
        }

        Publish();
    }

    /// <summary>Brings new partitions to life: their state, and their committed offset.</summary>
    public void Revive()
    {
        if (!_context.IsPast(_nextAttempt))
        {
            return;
        }

        try
        {
            foreach (var partition in _partitions.Values)
            {
                if (!partition.IsLive)
                {
                    _context.Monitor.Enter("restoring");
                    Revive(partition);
                }
            }
        }
        catch (LogException e)
        {
            _context.Report(e);
            _nextAttempt = _context.After(Patience);
        }
        finally
        {
            _context.Monitor.Leave();
        }
    }

    /// <summary>Tells the consumer where to pause, to resume and to go.</summary>
    public void Steer()
    {
        foreach (var partition in _partitions.Values)
        {
            if (partition.IsHeld && _context.Binding.Gate is { } gate)
            {
                partition.AskAgain(gate);
            }

            try
            {
                Steer(partition);
            }
            catch (LogException e)
            {
                _context.Report(e);
            }
        }
    }

    /// <summary>How long a poll may wait, as far as partitions have something to do in between.</summary>
    public TimeSpan LongestWait(TimeSpan usual, TimeSpan brief)
    {
        var wait = usual;
        foreach (var partition in _partitions.Values)
        {
            if (partition.Restoration is not null)
            {
                return TimeSpan.Zero;
            }

            wait = partition.SeekTo is not null || partition.IsHeld || !partition.IsLive ? brief : wait;
        }

        return wait;
    }

    /// <summary>Renews the figures that others read.</summary>
    public void Observe(bool isPaused)
    {
        _context.Statistics.State = isPaused ? WorkerState.Paused
            : _partitions.Count == 0 ? WorkerState.Idle
            : _partitions.Values.All(partition => partition.IsLive) ? WorkerState.Live
            : WorkerState.Restoring;
        if (!_context.IsPast(_nextObservation))
        {
            return;
        }

        _nextObservation = _context.After(Observation);
        foreach (var partition in _partitions.Values)
        {
            partition.Statistics.HighWatermark = _consumer.KnownEnd(partition.Id);
            partition.Statistics.AtEnd = partition.AtEnd && partition.Next == partition.Committed;
        }
    }

    /// <summary>Ends what is being restored, without a word to the group.</summary>
    public void Abandon()
    {
        foreach (var partition in _partitions.Values)
        {
            partition.Restoration?.Dispose();
        }

        _partitions.Clear();
    }

    private void Revive(InputPartition partition)
    {
        if (partition.Id.Partition >= _topics.CountOf(partition.TopicIndex))
        {
            throw new WorkerException(FailureKind.Configuration,
                $"{partition.Id.Topic} had {_topics.CountOf(partition.TopicIndex)} partitions when the worker started and has more now. Stop all workers of the stage, declare the first start of the new ones ('streaming init'), and start again; " +
                "a stage with state needs new topics instead");
        }

        if (_restorations is null)
        {
            var committed = _consumer.Committed([partition.Id])[0];
            if (committed < 0)
            {
                throw new LogException(FailureKind.Retry, "NoOffset", $"the group's coordinator says that {partition.Id} has no committed offset, which it had at the start");
            }

            CheckRange(partition.Id, committed);
            GoLive(partition, committed, checkpoint: -1);
            return;
        }

        partition.Statistics.State = PartitionState.Restoring;
        var restoration = partition.Restoration ??= new Restoration(_restorations, partition.Id);
        var arrived = restoration.Step();
        _context.Stateful!.Commit(); // a later transaction must not undo any of it
        if (arrived)
        {
            partition.Restoration = null;
            restoration.Dispose();
            GoLive(partition, restoration.Committed, restoration.CheckpointOffset);
        }
    }

    private void GoLive(InputPartition partition, long committed, long checkpoint)
    {
        partition.CheckpointOffset = checkpoint;
        partition.GoLive(committed);
        _context.Logger.Live(_context.Id, partition.Id.ToString(), committed);
    }

    private void CheckRange(PartitionId id, long committed)
    {
        var (first, end) = _consumer.Watermarks(id);
        if (committed < first)
        {
            throw new WorkerException(FailureKind.Invariant,
                $"{id} begins at offset {first}, but the group stands at {committed}: retention has removed records that were not processed. Raise the topic's retention; to go on without them, set the group's offset to {first}");
        }

        if (committed > end)
        {
            throw new WorkerException(FailureKind.Invariant,
                $"{id} ends at offset {end}, but the group stands at {committed}: the topic was made anew or truncated. Set the group's offset to where it shall go on");
        }
    }

    private void Steer(InputPartition partition)
    {
        if (partition.WantsPause != partition.IsPaused)
        {
            if (partition.WantsPause)
            {
                _consumer.Pause(partition.Id);
            }
            else
            {
                _consumer.Resume(partition.Id);
            }

            partition.IsPaused = partition.WantsPause;
        }

        if (partition.SeekTo is { } offset && !partition.IsPaused && _consumer.TrySeek(partition.Id, offset))
        {
            partition.Sought();
        }
    }

    private void Publish() => _context.Statistics.SetPartitions([.. _partitions.Values.Select(partition => partition.Statistics)]);
}
