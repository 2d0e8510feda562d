using System.Buffers;
using Streaming.Contracts;

namespace Streaming.Kafka;

/// <summary>Makes the content of a transaction out of what was gathered: calls the filter, and adds what goes with its results.</summary>
internal sealed class Workbench
{
    private readonly WorkerContext _context;
    private readonly WorkerTopics _topics;
    private readonly CheckpointSchedule _schedule;
    private readonly DeadLetterWriter _deadLetters;
    private readonly RecordTracing _tracing;
    private TimeSpan _processing;
    private readonly CheckpointWriter? _checkpoints;
    private readonly ArrayBufferWriter<byte> _counters = new();
    private readonly List<InputPartition> _checkpointed = [];
    private OwnedPosition[] _positions = [];

    public Workbench(WorkerContext context, WorkerTopics topics, CheckpointSchedule schedule)
    {
        var binding = context.Binding;
        _context = context;
        _topics = topics;
        _schedule = schedule;
        _tracing = new RecordTracing(context);
        _deadLetters = new DeadLetterWriter(binding.Identity.Service, binding.DeadLetters.SchemaId, context.Options.MaxDeadLetterBytes, binding.Inputs);
        _checkpoints = binding.State is { } state ? new CheckpointWriter(Content.Attendant, WorkerTopics.State, state.SchemaId, topics.CountOf(0), context.Id) : null;
    }

    public TransactionContent Content { get; } = new();

    /// <summary>The partitions whose records are in it.</summary>
    public List<InputPartition> Partitions { get; } = [];

    /// <summary>Their records.</summary>
    public List<RecordBatch> Batches { get; } = [];

    /// <summary>How many records are in it.</summary>
    public int Records { get; private set; }

    /// <summary>Whether there is anything to commit.</summary>
    public bool IsEmpty => Partitions.Count == 0 && Content.Outputs.Count == 0;

    /// <summary>Begins with what was gathered, and has the filter process it.</summary>
    public void Process(Assignment assignment)
    {
        Clear();
        foreach (var partition in assignment.Live)
        {
            if (partition.Batch.Count > 0)
            {
                Partitions.Add(partition);
                Batches.Add(partition.Batch);
                Records += partition.Batch.Count;
            }
        }

        var began = _context.Time.GetTimestamp();
        Guard(() =>
        {
            foreach (var batch in Batches)
            {
                var first = Content.Outputs.Count;
                _tracing.Begin(batch);
                _context.Filter.Process(batch, Content.Outputs);
                _tracing.Relate(batch, Content.Outputs, first);
            }
        });
        _processing = _context.Time.GetElapsedTime(began);
        _schedule.Measure(Records, _processing);
    }

    /// <summary>Tells the filter the time. Where it has something to say to that, every position that it was told of is committed with it.</summary>
    public void CallTime(Assignment assignment)
    {
        var count = 0;
        Array.Resize(ref _positions, assignment.Count);
        foreach (var partition in assignment.Live)
        {
            _positions[count++] = new OwnedPosition(partition.TopicIndex, partition.Id.Partition, partition.Next, partition.LastAppendTime, partition.AtEnd);
        }

        if (count == 0)
        {
            return;
        }

        var before = Content.Outputs.Count;
        Guard(() => _context.Filter.OnTime(new TimeCall(_context.Time.GetUtcNow().ToUnixTimeMilliseconds(), _positions.AsSpan(0, count)), Content.Outputs));
        if (Content.Outputs.Count > before)
        {
            AddOffsets(assignment.Live);
        }
    }

    /// <summary>Adds dead letters, state, progress and offsets.</summary>
    /// <param name="dropLargest">How many of the outputs to leave out: more than 0 only for a transaction of one record.</param>
    /// <param name="owned">How many partitions the worker has.</param>
    public void Attend(int dropLargest, int owned)
    {
        foreach (var refusal in Content.Outputs.Refusals)
        {
            var batch = refusal.Batch;
            _deadLetters.Write(batch[refusal.Index], batch.Topic, batch.Partition, refusal.Reason, refusal.Detail, refusal.EntityId, Content.Attendant, WorkerTopics.DeadLetters);
            _tracing.Refused(refusal, Content.Attendant, Content.Attendant.Count - 1);
        }

        if (dropLargest > 0)
        {
            LeaveOut(Partitions[0], dropLargest);
        }

        if (Content.Offsets.Count == 0)
        {
            AddOffsets(Partitions);
        }

        if (_context.Stateful is not { } stateful)
        {
            return;
        }

        var overdue = MostOverdue(owned);
        foreach (var partition in Partitions)
        {
            if (partition == overdue || stateful.CheckpointDue(partition.Id.Partition))
            {
                Checkpoint(partition);
            }

            PutProgress(partition, released: false);
        }
    }

    /// <summary>Begins anew, with the hand-over of partitions: a checkpoint, so that the next owner replays nothing, and the word that they were released.</summary>
    public void Release(IEnumerable<InputPartition> partitions)
    {
        Clear();
        foreach (var partition in partitions)
        {
            partition.Return(partition.Committed);
            Checkpoint(partition);
            PutProgress(partition, released: true);
            Content.Offsets.Add((partition.Id, partition.Committed));
        }
    }

    /// <summary>It is committed: state and positions are as it says.</summary>
    public void Settle(TimeSpan commitTime)
    {
        _context.Stateful?.Commit();
        foreach (var partition in _checkpointed)
        {
            partition.CheckpointOffset = partition.Next;
            _context.Statistics.CountCheckpoint();
        }

        CountCommit(commitTime);
        _tracing.End(committed: true);
        foreach (var partition in Partitions)
        {
            partition.MarkCommitted();
        }

        Clear();
    }

    /// <summary>It will never be seen: state is as before it.</summary>
    public void Undo()
    {
        _context.Stateful?.Rollback();
        _context.Sink?.Discard();
        Clear();
    }

    private void Clear()
    {
        _tracing.End(committed: false); // nothing is left of what was committed
        Content.Clear();
        Partitions.Clear();
        Batches.Clear();
        _checkpointed.Clear();
        _processing = TimeSpan.Zero;
        Records = 0;
    }

    private void AddOffsets(IEnumerable<InputPartition> partitions)
    {
        foreach (var partition in partitions)
        {
            Content.Offsets.Add((partition.Id, partition.Next));
        }
    }

    private InputPartition? MostOverdue(int owned)
    {
        InputPartition? most = null;
        foreach (var partition in Partitions)
        {
            if (_schedule.IsDue(partition.Next - partition.CheckpointOffset, owned)
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
        _context.Stateful!.Checkpoint(partition.Id.Partition, partition.Next, _checkpoints);
        _checkpointed.Add(partition);
    }

    private void PutProgress(InputPartition partition, bool released)
    {
        _counters.ResetWrittenCount();
        _context.Stateful!.WriteCounters(partition.Id.Partition, _counters);
        var checkpoint = _checkpointed.Contains(partition) ? partition.Next : partition.CheckpointOffset;
        _checkpoints!.PutProgress(partition.Id.Partition, partition.Next, checkpoint, released, _counters.WrittenSpan);
    }

    /// <summary>The one record stands alone: what no topic takes of its results is left out, and the record becomes a dead letter. State keeps
    /// what it made of it, since it follows from the log alone.</summary>
    private void LeaveOut(InputPartition partition, int count)
    {
        Content.LeaveOutLargest(count);
        var record = partition.Batch[0];
        _context.Logger.OutputTooLarge(_context.Id, partition.Id.ToString(), record.Offset, Content.LeftOut.Count);
        _deadLetters.Write(record, partition.TopicIndex, partition.Id.Partition, DeadLetterReason.OutputTooLarge,
            $"{Content.LeftOut.Count} of the {Content.Outputs.Count} records that came of it are larger than their topics take", entityId: null, Content.Attendant, WorkerTopics.DeadLetters);
    }

    private void CountCommit(TimeSpan took)
    {
        var bytes = Partitions.Sum(partition => partition.Batch.Bytes);
        foreach (var partition in Partitions)
        {
            _context.Statistics.CountInput(partition.TopicIndex, partition.Batch.Count);
        }

        long bytesOut = 0;
        for (var i = 0; i < Content.Outputs.Count; i++)
        {
            if (!Content.LeftOut.Contains(i))
            {
                bytesOut += OutputRoute.Size(Content.Outputs[i].Record);
                _context.Statistics.CountOutput(Content.Outputs[i].Topic, 1);
            }
        }

        _context.Statistics.CountCommit(Records, bytes, Content.Outputs.Count - Content.LeftOut.Count, bytesOut, took);
        WorkerMeter.Record(_context, Records, _processing, took);
        foreach (var refusal in Content.Outputs.Refusals)
        {
            _context.Statistics.CountDeadLetter(refusal.Reason);
        }

        if (Content.LeftOut.Count > 0)
        {
            _context.Statistics.CountDeadLetter(DeadLetterReason.OutputTooLarge);
        }
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
            throw new WorkerException(FailureKind.Invariant,
                $"{_context.Filter.GetType().Name} failed where it must refuse: {e.GetType().Name}: {e.Message}. Nothing of this batch was written; run a version without the fault", e);
        }
    }
}
