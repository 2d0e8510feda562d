using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>One input partition that the worker has: how far it came, and the records gathered since.</summary>
internal sealed class InputPartition
{
    private const int MostLookedAhead = 256;

    private readonly Intake _intake;
    private long? _seekTo;
    private byte[]? _held;
    private int _lookedAhead;
    private long _committedAppendTime = -1;

    public InputPartition(PartitionId id, int topicIndex, Intake intake)
    {
        Id = id;
        TopicIndex = topicIndex;
        _intake = intake;
        Statistics = new PartitionStatistics(id.Topic, id.Partition);
        Batch.Start(topicIndex, id.Partition);
    }

    public PartitionId Id { get; }

    public int TopicIndex { get; }

    public PartitionStatistics Statistics { get; }

    /// <summary>Records taken and not yet committed, from <see cref="Committed"/> to <see cref="Next"/>.</summary>
    public RecordBatch Batch { get; } = new();

    /// <summary>The restoration under way; null before and after it.</summary>
    public Restoration? Restoration { get; set; }

    /// <summary>Whether records are taken: the committed offset is known and state stands at it.</summary>
    public bool IsLive { get; private set; }

    /// <summary>Whether the consumer was told to pause.</summary>
    public bool IsPaused { get; set; }

    /// <summary>The stable committed offset, as far as this worker knows.</summary>
    public long Committed { get; private set; } = -1;

    /// <summary>The offset that a transaction over <see cref="Batch"/> commits.</summary>
    public long Next { get; private set; } = -1;

    /// <summary>Whether the end was seen after the last record taken.</summary>
    public bool AtEnd { get; private set; }

    /// <summary>Where a replay of this partition would start; of a stateful filter's only.</summary>
    public long CheckpointOffset { get; set; } = -1;

    /// <summary>Append time of the last record before <see cref="Next"/>; -1 where there is none.</summary>
    public long LastAppendTime { get; private set; } = -1;

    /// <summary>Where the consumer must go before it may hand over records; null where it stands right.</summary>
    public long? SeekTo => _seekTo;

    /// <summary>Whether the record at <see cref="Next"/> waits for the gate.</summary>
    public bool IsHeld => _held is not null;

    /// <summary>Whether the consumer should be paused now.</summary>
    public bool WantsPause => !IsLive || IsHeld || _intake.IsFrozen;

    /// <summary>Takes a record, unless it is not wanted yet: then the consumer will be sent back for it. Its memory must stay as it is until
    /// <see cref="IGroupConsumer.ReleaseRecords"/>.</summary>
    /// <returns>Whether it was taken.</returns>
    public unsafe bool Take(long offset, long appendTime, byte* key, int keyLength, byte* value, int valueLength, RecordHeaders headers)
    {
        if (!MayTake(offset, valueLength > 0 ? new ReadOnlySpan<byte>(value, valueLength) : default))
        {
            return false;
        }

        var before = Batch.Bytes;
        Batch.AddInPlace(offset, appendTime, key, keyLength, value, valueLength, headers);
        Taken(offset, appendTime, before);
        return true;
    }

    /// <summary>Notes that there was nothing beyond what was handed over.</summary>
    public void ReachedEnd() => AtEnd = IsLive && !IsHeld && _seekTo is null;

    /// <summary>Begins, or begins anew, at a committed offset.</summary>
    public void GoLive(long committed)
    {
        IsLive = true;
        Committed = committed;
        Return(committed);
    }

    /// <summary>Takes no records until <see cref="GoLive"/>.</summary>
    public void Leave(PartitionState state)
    {
        IsLive = false;
        Drop();
        Note(state);
    }

    /// <summary>The transaction over the batch is committed.</summary>
    public void MarkCommitted()
    {
        Committed = Next;
        _committedAppendTime = LastAppendTime;
        _intake.Forget(Batch.Count, Batch.Bytes);
        Batch.Start(TopicIndex, Id.Partition);
        Statistics.CommittedOffset = Committed;
        Statistics.LastAppendTime = LastAppendTime;
        Statistics.AtEnd = AtEnd;
    }

    /// <summary>Forgets what was gathered and goes back to an offset.</summary>
    public void Return(long offset)
    {
        Drop();
        Committed = offset;
        Next = offset;
        _seekTo = offset;
        Statistics.CommittedOffset = offset;
        Note(PartitionState.Live);
    }

    /// <summary>Asks the gate again about the record that waits for it.</summary>
    public void AskAgain(IReadinessGate gate)
    {
        if (_held is not null && gate.IsReady(TopicIndex, _held))
        {
            _held = null;
            _seekTo = Next;
            Note(PartitionState.Live);
        }
    }

    /// <summary>The consumer stands at <see cref="SeekTo"/>.</summary>
    public void Sought() => _seekTo = null;

    private bool MayTake(long offset, ReadOnlySpan<byte> value)
    {
        if (IsHeld)
        {
            LookAhead(value);
            return false;
        }

        if (!IsLive || _seekTo is not null || offset < Next)
        {
            return false;
        }

        if (_intake.IsFrozen)
        {
            _seekTo = Next;
            return false;
        }

        if (_intake.Gate is { } gate && !gate.IsReady(TopicIndex, value))
        {
            _held = value.ToArray();
            _lookedAhead = 0;
            AtEnd = false;
            Note(PartitionState.Held);
            return false;
        }

        return true;
    }

    /// <summary>What the records behind the held one wait for is set in motion with it, not one after another; within a bound, since others wait for
    /// the same source.</summary>
    private void LookAhead(ReadOnlySpan<byte> value)
    {
        if (_lookedAhead < MostLookedAhead)
        {
            _lookedAhead++;
            _intake.Gate!.IsReady(TopicIndex, value);
        }
    }

    private void Taken(long offset, long appendTime, long bytesBefore)
    {
        Next = offset + 1;
        AtEnd = false;
        LastAppendTime = appendTime;
        _intake.Count(Batch.Bytes - bytesBefore);
    }

    private void Drop()
    {
        _intake.Forget(Batch.Count, Batch.Bytes);
        Batch.Start(TopicIndex, Id.Partition);
        _held = null;
        _seekTo = null;
        LastAppendTime = _committedAppendTime;
        AtEnd = false;
    }

    private void Note(PartitionState state)
    {
        Statistics.State = state;
        Statistics.AtEnd = false;
    }
}
