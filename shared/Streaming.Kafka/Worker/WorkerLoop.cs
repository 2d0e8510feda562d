using Microsoft.Extensions.Logging;

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
internal sealed class WorkerLoop : IGroupEvents, IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan ShortWait = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan StoreWait = TimeSpan.FromMilliseconds(200);

    private readonly WorkerContext _context;
    private readonly ProducerSlot _slot;
    private readonly OversizeHunt _hunt;
    private readonly DeadLetterBreaker _breaker;
    private readonly CheckpointSchedule _schedule;
    private readonly HandlerGuard _handlers = new();
    private readonly CancellationTokenSource _ending = new();

    private WorkerTopics _topics = null!;
    private IGroupConsumer _consumer = null!;
    private Assignment _assignment = null!;
    private Workbench _bench = null!;
    private Transactor _transactor = null!;
    private Recovery? _recovery;
    private Task? _writing;
    private bool _isPaused;
    private long _nextTimeCall;

    public WorkerLoop(WorkerContext context)
    {
        var options = context.Options;
        _context = context;
        _slot = new ProducerSlot(context);
        _hunt = new OversizeHunt(options.BatchRecords);
        _breaker = new DeadLetterBreaker(options.DeadLetterShare, options.DeadLetterMinimum);
        _schedule = new CheckpointSchedule(options.ReplayBound);
    }

    /// <summary>Looks at the topics, waits for the first start, fences a predecessor and joins the group.</summary>
    /// <param name="stopping">Whether to give up.</param>
    /// <returns>False where it gave up.</returns>
    /// <exception cref="WorkerException">It cannot start; the message says what to do.</exception>
    public bool Start(Func<bool> stopping)
    {
        var start = new WorkerStart(_context, stopping);
        if (start.AwaitTopics() is not { } topics)
        {
            return false;
        }

        _topics = topics;
        _context.Filter.Start(topics.OfFilter);
        _consumer = _context.Log.CreateConsumer(this);
        _assignment = new Assignment(_context, topics, _consumer, _schedule);
        _bench = new Workbench(_context, topics, _schedule);
        _transactor = new Transactor(_context, _slot, _consumer);
        // The producer first: offsets that a killed predecessor left pending are decided by it, not waited for.
        if (!start.Insist(_slot.TryMake) || !start.AwaitFirstStart(topics, _consumer))
        {
            return false;
        }

        _context.Logger.Joining(_context.Id, _context.Binding.Group, string.Join(", ", _context.Binding.Inputs));
        _consumer.Subscribe(_context.Binding.Inputs);
        _nextTimeCall = _context.After(_context.Options.TimeCallInterval);
        _assignment.Observe(_isPaused);
        return true;
    }

    /// <summary>One round: a poll, and what it makes possible.</summary>
    /// <exception cref="WorkerException">The worker cannot go on; the message says what to do.</exception>
    public void Step()
    {
        _context.Monitor.Beat();
        try
        {
            _consumer.Poll(NextWait(), _assignment);
        }
        catch (LogException e)
        {
            _context.Report(e);
        }

        _handlers.ThrowIfFailed();
        if (_recovery is not null)
        {
            TryRecover(_recovery);
        }
        else if (_writing is not null)
        {
            ContinueWriting(_writing);
        }
        else
        {
            _assignment.Revive();
            if (IsBatchDue)
            {
                Work();
            }
        }

        _assignment.Steer();
        _assignment.Observe(_isPaused);
    }

    /// <summary>Leaves in good order: state is released in the handler that leaving calls.</summary>
    public void Stop()
    {
        if (_writing is not null)
        {
            _ending.Cancel();
            _context.Sink!.Discard();
            _writing = null;
        }

        _consumer.Dispose();
        _slot.Dispose();
    }

    /// <summary>Lets everything go as a crash would, though without leaking it.</summary>
    public void Dispose()
    {
        _slot.Dispose(); // first: without a producer the handlers release nothing
        try
        {
            _assignment?.Abandon();
            _consumer?.Dispose();
        }
        catch (LogException e)
        {
            _context.Note(e);
        }

        _ending.Dispose();
    }

    public void OnAssigned(IReadOnlyList<PartitionId> partitions) => _handlers.Run(() =>
    {
        _context.Logger.Assigned(_context.Id, string.Join(", ", partitions));
        _assignment.Add(partitions);
    });

    public void OnRevoked(IReadOnlyList<PartitionId> partitions)
    {
        _handlers.Run(() =>
        {
            _context.Logger.Revoked(_context.Id, string.Join(", ", partitions));
            if (_context.Stateful is not null && _recovery is null && _slot.Current is not null)
            {
                Release(partitions);
            }
        });
        _handlers.Run(() => _assignment.Remove(partitions));
    }

    public void OnLost(IReadOnlyList<PartitionId> partitions) => _handlers.Run(() =>
    {
        _context.Logger.Lost(_context.Id, string.Join(", ", partitions));
        _context.Statistics.Report(new WorkerError(_context.Time.GetUtcNow(), FailureKind.Abort,
            $"The group went on without it, since it was not heard of within SessionTimeout ({_context.Options.SessionTimeout.TotalSeconds:0.###} s). It comes in again by itself; where this lasts, look whether the brokers can be reached"));
        _assignment.Remove(partitions);
    });

    private Intake Intake => _assignment.Intake;

    private bool IsTimeDue => !_hunt.IsOn && _context.IsPast(_nextTimeCall);

    private bool IsBatchDue => !_isPaused
        && (IsTimeDue || (Intake.Records > 0 && (Intake.IsFull || _context.Time.GetElapsedTime(Intake.Began) >= _context.Options.BatchTime)));

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

        var wait = _assignment.LongestWait(LongestWait, ShortWait);
        if (Intake.Records > 0)
        {
            var rest = _context.Options.BatchTime - _context.Time.GetElapsedTime(Intake.Began);
            wait = rest < wait ? rest : wait;
        }

        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private void Work()
    {
        _bench.Process(_assignment);
        if (_context.Sink is not { } sink || _bench.Partitions.Count == 0)
        {
            Finish();
            return;
        }

        Intake.IsFrozen = true;
        _writing = Write(sink);
        if (!_writing.IsCompleted)
        {
            // Most writes are done soon: then the partitions need not be paused, and what was fetched ahead is kept.
            _context.Surroundings.Await(_writing, StoreWait);
        }

        ContinueWriting(_writing);
    }

    private async Task Write(ISink sink) => await sink.WriteAsync(_ending.Token).ConfigureAwait(false);

    /// <summary>Waits for the store; the group is polled meanwhile.</summary>
    private void ContinueWriting(Task writing)
    {
        if (!writing.IsCompleted)
        {
            return;
        }

        _writing = null;
        Intake.IsFrozen = false;
        if (!writing.IsCompletedSuccessfully)
        {
            _context.Sink!.Discard();
            var failure = writing.Exception?.GetBaseException();
            throw new WorkerException(FailureKind.Configuration, $"The store refuses what it is given, which no waiting mends: {failure?.Message ?? "the write was cancelled"}", failure);
        }

        if (_bench.Partitions.TrueForAll(_assignment.Has))
        {
            Finish();
            return;
        }

        // What of it may be committed cannot be told apart any more. The store takes the same again.
        var ours = _bench.Partitions.FindAll(_assignment.Has);
        _bench.Undo();
        ours.ForEach(partition => partition.Return(partition.Committed));
    }

    private void Finish()
    {
        if (IsTimeDue)
        {
            _nextTimeCall = _context.After(_context.Options.TimeCallInterval);
            _bench.CallTime(_assignment);
        }

        if (_bench.IsEmpty)
        {
            _bench.Undo();
            return;
        }

        if (_breaker.Trips(_context.Time.GetUtcNow(), _bench.Batches, _bench.Content.Outputs))
        {
            Pause();
            return;
        }

        _bench.Attend(_hunt.DropFor(_bench), _assignment.Count);
        switch (_transactor.Run(_bench.Content, _topics.Outputs, _topics.Attendant))
        {
            case TransactionOutcome.Committed:
                Settle();
                break;
            case TransactionOutcome.TooLarge:
                Hunt();
                goto default;
            default:
                BeginRecovery(_bench.Partitions);
                break;
        }
    }

    private void Settle()
    {
        _hunt.Committed(_bench.Records, leftOut: _bench.Content.LeftOut.Count > 0);
        Intake.MostRecords = _hunt.Limit;
        _bench.Settle(_transactor.LastCommit);
        _consumer.ReleaseRecords();
        if (_slot.Current is null)
        {
            BeginRecovery([]);
        }
    }

    private void Hunt()
    {
        if (!_hunt.Refused(_bench))
        {
            throw new WorkerException(FailureKind.Configuration,
                $"What has to be written cannot be, even without results: a dead letter, a piece of state or a time call's record is larger than its topic takes. Raise max.message.bytes of {_context.Binding.DeadLetters.Name}" +
                $"{(_context.Binding.State is { } state ? $" and {state.Name}" : "")} to at least MaxDeadLetterBytes ({_context.Options.MaxDeadLetterBytes}), or lower that");
        }

        Intake.MostRecords = _hunt.Limit;
    }

    private void Pause()
    {
        _bench.Undo();
        _isPaused = true;
        Intake.IsFrozen = true;
        foreach (var partition in _assignment.Live)
        {
            partition.Return(partition.Committed);
        }

        var (refused, seen) = _breaker.Counts;
        _context.Statistics.Report(new WorkerError(_context.Time.GetUtcNow(), FailureKind.Poison,
            $"Paused: {refused:F0} of {seen:F0} entities of this minute were refused, more than the share of {_context.Options.DeadLetterShare} (DeadLetterShare). Nothing of it was committed. Look at what was deployed last and at the newest dead letters; mended, start it again, or start it with DeadLetterShare 1 where all of them shall be refused"));
        _context.Logger.BreakerTripped(_context.Id, (long)refused, (long)seen, _context.Options.DeadLetterShare);
    }

    private void BeginRecovery(IEnumerable<InputPartition> inDoubt)
    {
        _recovery = new Recovery(_context, _slot, _consumer, inDoubt);
        Intake.IsFrozen = true;
    }

    private void TryRecover(Recovery recovery)
    {
        var live = _assignment.Live.ToArray();
        if (recovery.TryAsk(live) is not { } committed)
        {
            return;
        }

        var verdict = recovery.Judge(live, committed);
        if (verdict == RecoveryVerdict.Committed)
        {
            Settle();
        }
        else
        {
            _bench.Undo();
        }

        for (var i = 0; i < live.Length; i++)
        {
            recovery.GoBack(live[i], committed[i], verdict);
        }

        if (recovery.IsInDoubt)
        {
            if (verdict != RecoveryVerdict.Committed)
            {
                _context.Statistics.CountAbort();
            }

            _context.Statistics.CountRewind();
            _context.Logger.Recovered(_context.Id, verdict.ToString());
        }

        _consumer.ReleaseRecords();
        _recovery = null;
        Intake.IsFrozen = _isPaused;
    }

    /// <summary>Hands state over in good order.</summary>
    private void Release(IReadOnlyList<PartitionId> partitions)
    {
        _bench.Release(partitions.Select(_assignment.Find).OfType<InputPartition>().Where(partition => partition.IsLive));
        if (_bench.Content.Offsets.Count == 0)
        {
            return;
        }

        if (_transactor.Run(_bench.Content, _topics.Outputs, _topics.Attendant) == TransactionOutcome.Committed)
        {
            _bench.Settle(_transactor.LastCommit);
        }
        else
        {
            _bench.Undo(); // the next owner finds the state unreleased and replays
        }

        if (_slot.Current is null)
        {
            BeginRecovery([]);
        }
    }
}
