using System.Buffers;
using Microsoft.Extensions.Logging;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>
/// The loop: poll, gather, process, and once about every 100 ms one transaction with everything that came of it.
/// </summary>
/// <remarks>
/// The rules by which it is exactly once:
/// <list type="bullet">
/// <item>A transaction runs from begin to end between two polls, so the group can take no partition away in its midst, and a handler never
/// finds one open. What a handler finds gathered and not yet processed it drops: the next owner reads it again.</item>
/// <item>Whatever does not end with a clean commit ends in <see cref="Recovery"/>: a producer that is whole, then the stable committed offsets,
/// which alone decide what happened, then back to them.</item>
/// <item>Handlers never throw; what fails in them is thrown after the poll.</item>
/// </list>
/// </remarks>
internal sealed class WorkerLoop : IGroupEvents, IRecordIntake, IDisposable
{
    private const int DeadLetterTopic = 0;
    private const int StateTopic = 1;

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan StoreWait = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Observation = TimeSpan.FromSeconds(1);

    private readonly FilterBinding _binding;
    private readonly KafkaOptions _options;
    private readonly ITransactionalLog _log;
    private readonly TimeProvider _time;
    private readonly Surroundings _surroundings;
    private readonly CallMonitor _monitor;
    private readonly WorkerStatistics _statistics;
    private readonly ILogger _logger;
    private readonly string _id;
    private readonly IFilter _filter;
    private readonly IStatefulFilter? _stateful;
    private readonly ISink? _sink;
    private readonly Intake _intake;
    private readonly OversizeHunt _hunt;
    private readonly DeadLetterBreaker _breaker;
    private readonly DeadLetterWriter _deadLetters;
    private readonly CheckpointSchedule _schedule;
    private readonly ArrayBufferWriter<byte> _counters = new();
    private readonly TransactionContent _content = new();
    private readonly ProducerSlot _slot;
    private readonly Dictionary<PartitionId, InputPartition> _partitions = [];
    private readonly List<InputPartition> _work = [];
    private readonly List<RecordBatch> _batches = [];
    private readonly List<InputPartition> _checkpointed = [];
    private readonly CancellationTokenSource _ending = new();

    private IGroupConsumer _consumer = null!;
    private Transactor _transactor = null!;
    private FilterTopics _topics = null!;
    private OutputRoute _outputs = null!;
    private OutputRoute _attendant = null!;
    private RestorationContext? _restorations;
    private CheckpointWriter? _checkpoints;
    private Recovery? _recovery;
    private Task? _writing;
    private Exception? _handlerFailure;
    private OwnedPosition[] _positions = [];
    private bool _paused;
    private long _nextTimeCall;
    private long _nextAttempt;
    private long _nextObservation;

    public WorkerLoop(FilterBinding binding, KafkaOptions options, ITransactionalLog log, Surroundings surroundings, CallMonitor monitor, WorkerStatistics statistics, ILogger logger)
    {
        _binding = binding;
        _options = options;
        _log = log;
        _surroundings = surroundings;
        _time = surroundings.Time;
        _monitor = monitor;
        _statistics = statistics;
        _logger = logger;
        _id = binding.Identity.Id(options.TopicPrefix);
        _filter = binding.Filter;
        _stateful = binding.Filter as IStatefulFilter;
        _sink = binding.Filter as ISink;
        _intake = new Intake(options.BatchBytes, binding.Gate, _time) { MostRecords = options.BatchRecords };
        _hunt = new OversizeHunt(options.BatchRecords);
        _breaker = new DeadLetterBreaker(options.DeadLetterShare, options.DeadLetterMinimum);
        _deadLetters = new DeadLetterWriter(binding.Identity.Service, binding.DeadLetters.SchemaId, options.MaxDeadLetterBytes, binding.Inputs);
        _schedule = new CheckpointSchedule(options.ReplayBound);
        _slot = new ProducerSlot(log, _id, _time, monitor, statistics);
    }

    public bool IsFull => _intake.IsFull;

    /// <summary>Looks at the topics, waits for the first start, fences a predecessor and joins the group.</summary>
    /// <param name="stopping">Whether to give up.</param>
    /// <returns>False where it gave up.</returns>
    /// <exception cref="WorkerException">It cannot start; the message says what to do.</exception>
    public bool Start(Func<bool> stopping)
    {
        if (!AwaitTopics(stopping))
        {
            return false;
        }

        _filter.Start(_topics);
        _consumer = _log.CreateConsumer(this);
        _transactor = new Transactor(_slot, _consumer, _options, _surroundings, _monitor, Report);
        if (_stateful is not null)
        {
            _checkpoints = new CheckpointWriter(_content.Attendant, StateTopic, _binding.State!.SchemaId, _topics.Inputs[0].Partitions, _id);
            _restorations = new RestorationContext(_stateful, _log, _consumer, _binding.State.Name, _id, _topics.Inputs[0].Partitions, _options, _time, _schedule, _statistics);
        }

        if (!AwaitFirstStart(stopping) || !Insist(_slot.TryMake, stopping))
        {
            return false;
        }

        _logger.Joining(_id, _binding.Group, string.Join(", ", _binding.Inputs));
        _consumer.Subscribe(_binding.Inputs);
        _nextTimeCall = After(_options.TimeCallInterval);
        Observe();
        return true;
    }

    /// <summary>One round: a poll, and what it makes possible.</summary>
    /// <exception cref="WorkerException">The worker cannot go on; the message says what to do.</exception>
    public void Step()
    {
        _monitor.Beat();
        try
        {
            _consumer.Poll(NextWait(), this);
        }
        catch (LogException e)
        {
            Report(e);
            ThrowIfFinal(e);
        }

        ThrowHandlerFailure();
        if (_recovery is not null)
        {
            TryRecover();
        }
        else if (_writing is not null)
        {
            ContinueWriting();
        }
        else
        {
            ServeAssigned();
            if (IsBatchDue())
            {
                Work();
            }
        }

        ServePartitions();
        Observe();
    }

    /// <summary>Leaves in good order: state is released in the handler that leaving calls.</summary>
    public void Stop()
    {
        if (_writing is not null)
        {
            _ending.Cancel();
            _sink!.Discard();
            _writing = null;
        }

        _consumer?.Dispose();
        _slot.Dispose();
    }

    /// <summary>Lets everything go as a crash would, though without leaking it.</summary>
    public void Dispose()
    {
        foreach (var partition in _partitions.Values)
        {
            partition.Restoration?.Dispose();
        }

        _partitions.Clear();
        _slot.Dispose(); // first: without a producer the handlers release nothing
        try
        {
            _consumer?.Dispose();
        }
        catch (LogException e)
        {
            Report(e);
        }

        _ending.Dispose();
    }

    public InputPartition? Find(string topic, int partition) => _partitions.GetValueOrDefault(new PartitionId(topic, partition));

    public void OnAssigned(IReadOnlyList<PartitionId> partitions) => Handle(() =>
    {
        _logger.Assigned(_id, string.Join(", ", partitions));
        foreach (var id in partitions)
        {
            _partitions[id] = new InputPartition(id, IndexOf(id.Topic), _intake);
        }

        PublishPartitions();
    });

    public void OnRevoked(IReadOnlyList<PartitionId> partitions)
    {
        Handle(() =>
        {
            _logger.Revoked(_id, string.Join(", ", partitions));
            if (_stateful is not null && _recovery is null && _slot.Current is not null)
            {
                Release(partitions);
            }
        });
        Handle(() => Remove(partitions));
    }

    public void OnLost(IReadOnlyList<PartitionId> partitions) => Handle(() =>
    {
        _logger.Lost(_id, string.Join(", ", partitions));
        Remove(partitions);
    });

    // ---- starting -------------------------------------------------------------------------------------------------------------------

    /// <summary>Topics may be made while the worker starts.</summary>
    private bool AwaitTopics(Func<bool> stopping)
    {
        var giveUp = After(_options.FirstStartWait);
        var names = _binding.Inputs.Concat(_binding.Outputs.Select(topic => topic.Name)).Append(_binding.DeadLetters.Name).Concat(_binding.State is { } state ? [state.Name] : []).Distinct().ToArray();
        var counts = new Dictionary<string, int>();
        return Insist(
            () =>
            {
                foreach (var name in names)
                {
                    counts[name] = _log.CountPartitions(name);
                    if (counts[name] == 0)
                    {
                        return _time.GetTimestamp() < giveUp ? false : throw new WorkerException(FailureKind.Configuration, $"Topic {name} does not exist. Make the topics with 'streaming init'");
                    }
                }

                UseTopics(counts);
                return true;
            },
            stopping);
    }

    private void UseTopics(Dictionary<string, int> counts)
    {
        TopicShape Shape(OutputTopic topic) => new(topic.Name, counts[topic.Name], topic.SchemaId);
        var inputs = _binding.Inputs.Select(name => new TopicShape(name, counts[name], 0)).ToArray();
        var outputs = _binding.Outputs.Select(Shape).ToArray();
        var attendant = new List<TopicShape> { Shape(_binding.DeadLetters) };
        if (_binding.State is { } state)
        {
            attendant.Add(Shape(state));
            if (counts[state.Name] != inputs[0].Partitions)
            {
                throw new WorkerException(FailureKind.Configuration,
                    $"{state.Name} has {counts[state.Name]} partitions and {inputs[0].Name} has {inputs[0].Partitions}: state is kept partition by partition. Make both with the same count");
            }
        }

        _topics = new FilterTopics(inputs, outputs);
        _outputs = new OutputRoute(outputs, _options.MaxRecordBytes);
        _attendant = new OutputRoute(attendant, _options.MaxDeadLetterBytes);
    }

    /// <summary>Offsets that are missing are never taken for a new group: only a declaration begins one.</summary>
    private bool AwaitFirstStart(Func<bool> stopping)
    {
        var all = _topics.Inputs.SelectMany(topic => Enumerable.Range(0, topic.Partitions).Select(partition => new PartitionId(topic.Name, partition))).ToArray();
        var giveUp = After(_options.FirstStartWait);
        var said = false;
        return Insist(
            () =>
            {
                var missing = Array.FindIndex(_consumer.Committed(all), offset => offset < 0);
                if (missing < 0)
                {
                    return true;
                }

                if (_time.GetTimestamp() >= giveUp)
                {
                    throw new WorkerException(FailureKind.Configuration,
                        $"Group {_binding.Group} has no committed offset for {all[missing]}, and its first start has not been declared. If it is new, declare it with 'streaming init'; " +
                        "if it has run before, its offsets were lost or have expired: set them where it shall go on");
                }

                if (!said)
                {
                    _logger.WaitsForFirstStart(_id, _binding.Group, all[missing].ToString());
                    _statistics.State = WorkerState.WaitingForFirstStart;
                    said = true;
                }

                return false;
            },
            stopping);
    }

    /// <summary>Repeats what fails for a passing reason, until it succeeds or the worker is to stop.</summary>
    private bool Insist(Func<bool> attempt, Func<bool> stopping)
    {
        while (!stopping())
        {
            _monitor.Beat();
            try
            {
                if (attempt())
                {
                    return true;
                }
            }
            catch (LogException e)
            {
                Report(e);
                ThrowIfFinal(e);
            }

            _surroundings.Pause(Patience);
        }

        return false;
    }

    // ---- polling --------------------------------------------------------------------------------------------------------------------

    private TimeSpan NextWait()
    {
        if (_recovery is not null)
        {
            return LongestWait;
        }

        if (_writing is not null)
        {
            return ShortWait;
        }

        var wait = LongestWait;
        foreach (var partition in _partitions.Values)
        {
            wait = partition.Restoration is not null ? TimeSpan.Zero
                : partition.SeekTo is not null || partition.IsHeld || !partition.IsLive ? Least(wait, ShortWait)
                : wait;
        }

        if (_intake.Records > 0)
        {
            wait = Least(wait, _options.BatchTime - _time.GetElapsedTime(_intake.Began));
        }

        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    /// <summary>Brings new partitions to life: their committed offset, and before that their state.</summary>
    private void ServeAssigned()
    {
        if (_time.GetTimestamp() < _nextAttempt)
        {
            return;
        }

        try
        {
            foreach (var partition in _partitions.Values)
            {
                if (!partition.IsLive)
                {
                    _monitor.Enter("restoring");
                    Revive(partition);
                }
            }
        }
        catch (LogException e)
        {
            Report(e);
            ThrowIfFinal(e);
            _nextAttempt = After(Patience);
        }
        finally
        {
            _monitor.Leave();
        }
    }

    private void Revive(InputPartition partition)
    {
        if (partition.Id.Partition >= _topics.Inputs[partition.TopicIndex].Partitions)
        {
            throw new WorkerException(FailureKind.Configuration,
                $"{partition.Id.Topic} had {_topics.Inputs[partition.TopicIndex].Partitions} partitions when the worker started and has more now. Stop all workers of the stage, declare the first start of the new ones ('streaming init'), and start again; " +
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
        partition.Restoration ??= new Restoration(_restorations, partition.Id);
        var arrived = partition.Restoration.Step();
        _stateful!.Commit(); // nothing of it can be undone by a later transaction
        if (arrived)
        {
            var restoration = partition.Restoration;
            partition.Restoration = null;
            restoration.Dispose();
            GoLive(partition, restoration.Committed, restoration.CheckpointOffset);
        }
    }

    private void GoLive(InputPartition partition, long committed, long checkpoint)
    {
        partition.CheckpointOffset = checkpoint;
        partition.GoLive(committed);
        _logger.Live(_id, partition.Id.ToString(), committed);
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

    /// <summary>Tells the consumer where to pause, to resume and to go.</summary>
    private void ServePartitions()
    {
        foreach (var partition in _partitions.Values)
        {
            if (_binding.Gate is { } gate && partition.IsHeld)
            {
                partition.AskAgain(gate);
            }

            try
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
            catch (LogException e)
            {
                Report(e);
                ThrowIfFinal(e);
            }
        }
    }

    // ---- working --------------------------------------------------------------------------------------------------------------------

    private bool IsTimeDue => !_hunt.IsOn && _time.GetTimestamp() >= _nextTimeCall;

    private bool IsBatchDue()
    {
        if (_paused)
        {
            return false;
        }

        return IsTimeDue || (_intake.Records > 0 && (_intake.IsFull || _time.GetElapsedTime(_intake.Began) >= _options.BatchTime));
    }

    private void Work()
    {
        _content.Clear();
        _work.Clear();
        _batches.Clear();
        foreach (var partition in _partitions.Values)
        {
            if (partition.IsLive && partition.Batch.Count > 0)
            {
                _work.Add(partition);
                _batches.Add(partition.Batch);
            }
        }

        var began = _time.GetTimestamp();
        Guard(() =>
        {
            foreach (var partition in _work)
            {
                _filter.Process(partition.Batch, _content.Outputs);
            }
        });
        _schedule.Measure(_intake.Records, _time.GetElapsedTime(began));

        if (_sink is not null && _work.Count > 0)
        {
            Guard(() => _writing = _sink.WriteAsync(_ending.Token));
            _intake.IsFrozen = true;
            if (!_writing!.IsCompleted)
            {
                // Most writes are done soon: then the partitions need not be paused, and what was fetched ahead is kept.
                _surroundings.Await(_writing, StoreWait);
            }

            ContinueWriting();
            return;
        }

        Finish();
    }

    /// <summary>Waits for the store; the group is polled meanwhile.</summary>
    private void ContinueWriting()
    {
        if (!_writing!.IsCompleted)
        {
            return;
        }

        var failure = _writing.Exception?.GetBaseException();
        var cancelled = _writing.IsCanceled;
        _writing = null;
        _intake.IsFrozen = false;
        if (failure is not null || cancelled)
        {
            _sink!.Discard();
            throw new WorkerException(FailureKind.Configuration, $"The store refuses what it is given, which no waiting mends: {failure?.Message ?? "the write was cancelled"}", failure);
        }

        if (_work.Exists(partition => !IsOurs(partition)))
        {
            // What of it may be committed cannot be told apart any more. The store takes the same again.
            _sink!.Discard();
            foreach (var partition in _work.Where(IsOurs))
            {
                partition.Return(partition.Committed);
            }

            return;
        }

        Finish();
    }

    private void Finish()
    {
        var withTime = CallTime();
        if (_work.Count == 0 && _content.Outputs.Count == 0)
        {
            _stateful?.Rollback();
            return;
        }

        if (_breaker.Trips(_time.GetUtcNow(), _batches, _content.Outputs.Refusals))
        {
            PauseAll();
            return;
        }

        var records = _intake.Records;
        Attend();
        foreach (var partition in withTime ? _partitions.Values.Where(partition => partition.IsLive) : _work)
        {
            _content.Offsets.Add((partition.Id, partition.Next));
        }

        var outcome = _transactor.Run(_content, _outputs, _attendant);
        if (outcome == TransactionOutcome.Committed)
        {
            Settle(records);
            return;
        }

        if (outcome == TransactionOutcome.TooLarge)
        {
            Hunt(records);
        }

        BeginRecovery(_work);
    }

    /// <summary>Tells the filter the time, where it is due.</summary>
    /// <returns>Whether it was told, so that every position must be committed.</returns>
    private bool CallTime()
    {
        if (!IsTimeDue)
        {
            return false;
        }

        _nextTimeCall = After(_options.TimeCallInterval);
        var count = 0;
        Array.Resize(ref _positions, _partitions.Count);
        foreach (var partition in _partitions.Values)
        {
            if (partition.IsLive)
            {
                _positions[count++] = new OwnedPosition(partition.TopicIndex, partition.Id.Partition, partition.Next, partition.LastAppendTime, partition.AtEnd);
            }
        }

        if (count == 0)
        {
            return false;
        }

        var before = _content.Outputs.Count;
        Guard(() => _filter.OnTime(new TimeCall(_time.GetUtcNow().ToUnixTimeMilliseconds(), _positions.AsSpan(0, count)), _content.Outputs));
        return _content.Outputs.Count > before;
    }

    /// <summary>Adds what goes with the results: dead letters, pieces of state and progress.</summary>
    private void Attend()
    {
        foreach (var refusal in _content.Outputs.Refusals)
        {
            var batch = refusal.Batch;
            _deadLetters.Write(batch[refusal.Index], batch.Topic, batch.Partition, refusal.Reason, refusal.Detail, refusal.EntityId, _content.Attendant, DeadLetterTopic);
        }

        if (_hunt.IsOn && _intake.Records == 1 && _hunt.DropFor(_work[0].Id, _work[0].Batch[0].Offset) is > 0 and var drop)
        {
            LeaveOut(_work[0], drop);
        }

        _checkpointed.Clear();
        if (_stateful is null)
        {
            return;
        }

        var overdue = MostOverdue();
        foreach (var partition in _work)
        {
            if (partition == overdue || _stateful.CheckpointDue(partition.Id.Partition))
            {
                Checkpoint(partition);
            }

            PutProgress(partition, released: false);
        }
    }

    private InputPartition? MostOverdue()
    {
        InputPartition? most = null;
        foreach (var partition in _work)
        {
            if (_schedule.IsDue(partition.Next - partition.CheckpointOffset, _partitions.Count)
                && (most is null || partition.Next - partition.CheckpointOffset > most.Next - most.CheckpointOffset))
            {
                most = partition;
            }
        }

        return most;
    }

    private void Checkpoint(InputPartition partition)
    {
        _checkpoints!.Begin(partition.Id.Partition, partition.Next);
        _stateful!.Checkpoint(partition.Id.Partition, partition.Next, _checkpoints);
        _checkpointed.Add(partition);
    }

    private void PutProgress(InputPartition partition, bool released)
    {
        _counters.ResetWrittenCount();
        _stateful!.WriteCounters(partition.Id.Partition, _counters);
        var checkpoint = _checkpointed.Contains(partition) ? partition.Next : partition.CheckpointOffset;
        _checkpoints!.PutProgress(partition.Id.Partition, partition.Next, checkpoint, released, _counters.WrittenSpan);
    }

    private void Settle(int records)
    {
        _stateful?.Commit();
        foreach (var partition in _checkpointed)
        {
            partition.CheckpointOffset = partition.Next;
            _statistics.CountCheckpoint();
        }

        CountCommit(records);
        foreach (var partition in _work)
        {
            partition.MarkCommitted();
        }

        _hunt.Committed(records, leftOut: _content.LeftOut.Count > 0);
        _intake.MostRecords = _hunt.Limit;
        _content.Clear();
        _consumer.ReleaseRecords();
        if (_slot.Current is null)
        {
            BeginRecovery([]);
        }
    }

    private void CountCommit(int records)
    {
        long bytes = 0;
        foreach (var partition in _work)
        {
            bytes += partition.Batch.Bytes;
        }

        long bytesOut = 0;
        for (var i = 0; i < _content.Outputs.Count; i++)
        {
            bytesOut += _content.LeftOut.Contains(i) ? 0 : OutputRoute.Size(_content.Outputs[i].Record);
        }

        _statistics.CountCommit(records, bytes, _content.Outputs.Count - _content.LeftOut.Count, bytesOut, _transactor.LastCommit);
        foreach (var refusal in _content.Outputs.Refusals)
        {
            _statistics.CountDeadLetter(refusal.Reason);
        }

        if (_content.LeftOut.Count > 0)
        {
            _statistics.CountDeadLetter(DeadLetterReason.OutputTooLarge);
        }
    }

    private void PauseAll()
    {
        Undo();
        _paused = true;
        _intake.IsFrozen = true;
        foreach (var partition in _partitions.Values.Where(partition => partition.IsLive))
        {
            partition.Return(partition.Committed);
        }

        var (refused, seen) = _breaker.Counts;
        _statistics.Report(new WorkerError(_time.GetUtcNow(), FailureKind.Poison,
            $"Paused: {refused:F0} of {seen:F0} entities of this minute were refused, more than the share of {_options.DeadLetterShare} (DeadLetterShare). Look at what was deployed last and at the newest dead letters; restart to go on"));
        _logger.BreakerTripped(_id, (long)refused, (long)seen, _options.DeadLetterShare);
    }

    private void Undo()
    {
        _stateful?.Rollback();
        _sink?.Discard();
        _content.Clear();
    }

    // ---- outputs that no topic takes ---------------------------------------------------------------------------------------------------

    private void Hunt(int records)
    {
        if (records > 1)
        {
            _hunt.Refused(records);
        }
        else if (records == 1 && _content.LeftOut.Count < _content.Outputs.Count)
        {
            _hunt.Refused(_work[0].Id, _work[0].Batch[0].Offset);
        }
        else
        {
            throw new WorkerException(FailureKind.Configuration,
                $"What has to be written cannot be, even without results: a dead letter, a piece of state or a time call's record is larger than its topic takes. Raise max.message.bytes of {_binding.DeadLetters.Name}" +
                $"{(_binding.State is { } state ? $" and {state.Name}" : "")} to at least MaxDeadLetterBytes ({_options.MaxDeadLetterBytes}), or lower that");
        }

        _intake.MostRecords = _hunt.Limit;
    }

    /// <summary>The one record stands alone: what no topic takes of its results is left out, and the record becomes a dead letter. State keeps
    /// what it made of it, since it follows from the log alone.</summary>
    private void LeaveOut(InputPartition partition, int drop)
    {
        _content.LeaveOutLargest(drop);
        var record = partition.Batch[0];
        _logger.OutputTooLarge(_id, partition.Id.ToString(), record.Offset, _content.LeftOut.Count);
        _deadLetters.Write(record, partition.TopicIndex, partition.Id.Partition, DeadLetterReason.OutputTooLarge,
            $"{_content.LeftOut.Count} of the {_content.Outputs.Count} records that came of it are larger than their topics take", entityId: null, _content.Attendant, DeadLetterTopic);
    }

    // ---- doubt ----------------------------------------------------------------------------------------------------------------------

    private void BeginRecovery(List<InputPartition> inDoubt)
    {
        _recovery = new Recovery();
        foreach (var partition in inDoubt)
        {
            _recovery.InDoubt.Add(partition, (partition.Committed, partition.Next));
        }

        _intake.IsFrozen = true;
        _nextAttempt = 0;
    }

    private void TryRecover()
    {
        if (_time.GetTimestamp() < _nextAttempt)
        {
            return;
        }

        _monitor.Enter("recovering");
        try
        {
            if (_slot.TryMake())
            {
                var live = _partitions.Values.Where(partition => partition.IsLive).ToArray();
                var committed = _consumer.Committed([.. live.Select(partition => partition.Id)]);
                if (!committed.Any(offset => offset < 0))
                {
                    Recover(live, committed);
                    return;
                }

                throw new LogException(FailureKind.Retry, "NoOffset", "the group's coordinator says that a partition has no committed offset, which it had");
            }
        }
        catch (LogException e)
        {
            Report(e);
            ThrowIfFinal(e);
            if (e.Kind is FailureKind.Recreate)
            {
                _slot.Lose(e);
            }
        }
        finally
        {
            _monitor.Leave();
        }

        _nextAttempt = After(Patience);
    }

    private void Recover(InputPartition[] live, long[] committed)
    {
        var verdict = _recovery!.Judge(live, committed);
        if (verdict == RecoveryVerdict.Committed)
        {
            Settle(_intake.Records);
        }
        else
        {
            Undo();
        }

        for (var i = 0; i < live.Length; i++)
        {
            GoBack(live[i], committed[i], isUnclear: verdict == RecoveryVerdict.Unclear && _recovery.InDoubt.ContainsKey(live[i]));
        }

        if (_recovery.InDoubt.Count > 0)
        {
            if (verdict != RecoveryVerdict.Committed)
            {
                _statistics.CountAbort();
            }

            _statistics.CountRewind();
            _logger.Recovered(_id, verdict.ToString());
        }

        _consumer.ReleaseRecords();
        _recovery = null;
        _intake.IsFrozen = _paused;
    }

    private void GoBack(InputPartition partition, long committed, bool isUnclear)
    {
        if (committed < partition.Committed)
        {
            throw new WorkerException(FailureKind.Invariant,
                $"The group's committed offset of {partition.Id} went back from {partition.Committed} to {committed}: going on would write results a second time. Find out who set it; restarted, the worker goes on from {committed}");
        }

        if (_stateful is not null && (isUnclear || committed != partition.Committed))
        {
            _stateful.Close(partition.Id.Partition);
            partition.Leave(PartitionState.Assigned);
        }
        else
        {
            partition.Return(committed);
        }
    }

    // ---- giving up ------------------------------------------------------------------------------------------------------------------

    /// <summary>Hands state over in good order: a checkpoint, so that the next owner replays nothing, and the word that it was released.</summary>
    private void Release(IReadOnlyList<PartitionId> partitions)
    {
        _content.Clear();
        _checkpointed.Clear();
        foreach (var id in partitions)
        {
            if (_partitions.TryGetValue(id, out var partition) && partition.IsLive)
            {
                partition.Return(partition.Committed);
                Checkpoint(partition);
                PutProgress(partition, released: true);
                _content.Offsets.Add((id, partition.Committed));
            }
        }

        if (_content.Offsets.Count == 0)
        {
            return;
        }

        if (_transactor.Run(_content, _outputs, _attendant) == TransactionOutcome.Committed)
        {
            _stateful!.Commit();
            foreach (var _ in _checkpointed)
            {
                _statistics.CountCheckpoint();
            }
        }
        else
        {
            _stateful!.Rollback(); // the next owner finds the state unreleased and replays
        }

        _content.Clear();
        if (_slot.Current is null)
        {
            BeginRecovery([]);
        }
    }

    private void Remove(IReadOnlyList<PartitionId> partitions)
    {
        foreach (var id in partitions)
        {
            if (!_partitions.Remove(id, out var partition))
            {
                continue;
            }

            if (partition.Restoration is { } restoration)
            {
                restoration.Dispose();
            }
            else if (partition.IsLive)
            {
                _stateful?.Close(id.Partition);
            }

            partition.Leave(PartitionState.Assigned);
        }

        PublishPartitions();
    }

    // ---- small things -----------------------------------------------------------------------------------------------------------------

    private bool IsOurs(InputPartition partition) => _partitions.GetValueOrDefault(partition.Id) == partition;

    private int IndexOf(string topic)
    {
        for (var i = 0; i < _binding.Inputs.Count; i++)
        {
            if (_binding.Inputs[i] == topic)
            {
                return i;
            }
        }

        throw new InvalidOperationException($"The group assigned a partition of {topic}, which was not asked for.");
    }

    /// <summary>Calls the filter. It may refuse records but never fail for what they hold: a failure is a fault in the filter, and nothing of it may be kept.</summary>
    private void Guard(Action call)
    {
        try
        {
            call();
        }
        catch (Exception e)
        {
            throw new WorkerException(FailureKind.Invariant, $"{_filter.GetType().Name} failed where it must refuse: {e.GetType().Name}: {e.Message}. Nothing of this batch was written; run a version without the fault", e);
        }
    }

    private void Report(LogException e)
    {
        _statistics.Report(new WorkerError(_time.GetUtcNow(), e.Kind, $"{e.Code}: {e.Message}"));
        _logger.Failed(_id, e.Code, e.Message, e.Kind);
    }

    private static void ThrowIfFinal(LogException e)
    {
        if (e.Kind is FailureKind.Configuration or FailureKind.Replaced or FailureKind.Invariant)
        {
            throw new WorkerException(e.Kind, $"{e.Message} ({e.Code})", e);
        }
    }

    /// <summary>What fails in a handler is kept until the poll is over: a handler that throws makes the client drop records.</summary>
    private void Handle(Action handler)
    {
        try
        {
            handler();
        }
        catch (Exception e)
        {
            _handlerFailure ??= e;
        }
    }

    private void ThrowHandlerFailure()
    {
        if (_handlerFailure is { } failure)
        {
            _handlerFailure = null;
            throw failure as WorkerException ?? new WorkerException(FailureKind.Invariant, $"Releasing partitions failed: {failure.Message}", failure);
        }
    }

    private void PublishPartitions() => _statistics.SetPartitions([.. _partitions.Values.Select(partition => partition.Statistics)]);

    private void Observe()
    {
        _statistics.State = _paused ? WorkerState.Paused
            : _partitions.Count == 0 ? WorkerState.Idle
            : _partitions.Values.All(partition => partition.IsLive) ? WorkerState.Live
            : WorkerState.Restoring;
        if (_time.GetTimestamp() < _nextObservation)
        {
            return;
        }

        _nextObservation = After(Observation);
        foreach (var partition in _partitions.Values)
        {
            partition.Statistics.HighWatermark = _consumer.KnownEnd(partition.Id);
            partition.Statistics.AtEnd = partition.AtEnd && partition.Next == partition.Committed;
        }
    }

    private long After(TimeSpan span) => _time.GetTimestamp() + (long)(span.TotalSeconds * _time.TimestampFrequency);

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
