namespace Streaming.Kafka;

/// <summary>Finds out what became of a transaction that did not end with a clean commit, and goes back to where it left off.</summary>
internal sealed class Recovery
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private readonly WorkerContext _context;
    private readonly ProducerSlot _slot;
    private readonly IGroupConsumer _consumer;
    private readonly Dictionary<InputPartition, (long Start, long End)> _inDoubt = [];
    private long _nextAttempt;

    /// <summary>Begins with the partitions whose records were in it.</summary>
    public Recovery(WorkerContext context, ProducerSlot slot, IGroupConsumer consumer, IEnumerable<InputPartition> inDoubt)
    {
        _context = context;
        _slot = slot;
        _consumer = consumer;
        foreach (var partition in inDoubt)
        {
            _inDoubt.Add(partition, (partition.Committed, partition.Next));
        }
    }

    /// <summary>Whether a transaction is in doubt at all, or only the producer was lost.</summary>
    public bool IsInDoubt => _inDoubt.Count > 0;

    /// <summary>Makes a producer where there is none, which ends what the old one left open; then asks for the stable committed offsets.</summary>
    /// <returns>The offset of each partition, in order; null where it cannot be known yet.</returns>
    public long[]? TryAsk(InputPartition[] live)
    {
        if (!_context.IsPast(_nextAttempt))
        {
            return null;
        }

        _nextAttempt = _context.After(Patience);
        _context.Monitor.Enter("recovering");
        try
        {
            if (!_slot.TryMake())
            {
                return null;
            }

            var committed = _consumer.Committed([.. live.Select(partition => partition.Id)]);
            return committed.Any(offset => offset < 0)
                ? throw new LogException(FailureKind.Retry, "NoOffset", "the group's coordinator says that a partition has no committed offset, which it had")
                : committed;
        }
        catch (LogException e)
        {
            _context.Report(e);
            if (e.Kind == FailureKind.Recreate)
            {
                _slot.Lose(e);
            }

            return null;
        }
        finally
        {
            _context.Monitor.Leave();
        }
    }

    /// <summary>Decides by the stable committed offsets what became of it.</summary>
    public RecoveryVerdict Judge(InputPartition[] live, long[] committed)
    {
        var (atStart, atEnd, elsewhere) = (0, 0, 0);
        for (var i = 0; i < live.Length; i++)
        {
            if (_inDoubt.TryGetValue(live[i], out var span))
            {
                _ = committed[i] == span.End ? atEnd++ : committed[i] == span.Start ? atStart++ : elsewhere++;
            }
        }

        return elsewhere > 0 || (atStart > 0 && atEnd > 0) ? RecoveryVerdict.Unclear
            : atEnd > 0 ? RecoveryVerdict.Committed
            : RecoveryVerdict.Undone;
    }

    /// <summary>Sends a partition back to its committed offset; its state is made again where it does not stand there.</summary>
    public void GoBack(InputPartition partition, long committed, RecoveryVerdict verdict)
    {
        if (committed < partition.Committed)
        {
            throw new WorkerException(FailureKind.Invariant,
                $"The group's committed offset of {partition.Id} went back from {partition.Committed} to {committed}: going on would write results a second time. Find out who set it; restarted, the worker goes on from {committed}");
        }

        var isUnclear = verdict == RecoveryVerdict.Unclear && _inDoubt.ContainsKey(partition);
        if (_context.Stateful is not null && (isUnclear || committed != partition.Committed))
        {
            _context.Stateful.Close(partition.Id.Partition);
            partition.Leave(PartitionState.Assigned);
        }
        else
        {
            partition.Return(committed);
        }
    }
}

/// <summary>What became of a transaction in doubt.</summary>
internal enum RecoveryVerdict
{
    /// <summary>Undone: state is as before it.</summary>
    Undone,

    /// <summary>Committed after all: state stays as it is.</summary>
    Committed,

    /// <summary>Neither: state must be made again.</summary>
    Unclear,
}
