using Streaming.Pipes;

namespace Streaming.Kafka.Tests;

/// <summary>What one simulated process sees of the simulated Kafka.</summary>
internal sealed class SimulatedClients(SimulatedKafka kafka, SimulatedProcess process) : ITransactionalLog
{
    public SimulatedMember? Member { get; private set; }

    public IGroupConsumer CreateConsumer(IGroupEvents events) => Member = new SimulatedMember(kafka, process, events);

    public ITransactionalProducer CreateProducer(string transactionalId) => new SimulatedProducer(kafka, process, transactionalId);

    public IPartitionReader CreateReader(PartitionId partition, long offset)
    {
        kafka.Chaos.Before(process, "CreateReader", FailureKind.Retry);
        return new SimulatedReader(kafka, process, partition, offset);
    }

    public int CountPartitions(string topic)
    {
        kafka.Chaos.Before(process, "CountPartitions", FailureKind.Retry);
        return kafka.Topics.GetValueOrDefault(topic);
    }
}

internal sealed class SimulatedMember(SimulatedKafka kafka, SimulatedProcess process, IGroupEvents events) : IGroupConsumer
{
    private readonly Dictionary<PartitionId, Fetching> _fetching = [];
    private readonly List<byte[]> _handed = [];
    private bool _subscribed;

    public SimulatedProcess Process => process;

    public IReadOnlyList<string> Topics { get; private set; } = [];

    public bool IsValid { get; set; }

    public bool IsFenced { get; set; }

    public bool IsMember => IsValid;

    public void Subscribe(IReadOnlyList<string> topics)
    {
        process.ThrowIfDead();
        Topics = topics;
        _subscribed = true;
        kafka.Join(this);
    }

    public void Poll(TimeSpan wait, IRecordIntake intake)
    {
        kafka.Chaos.Before(process, "Poll", FailureKind.Retry);
        kafka.WriteSomeMarkers();
        ThrowIfFenced();
        ServeGroup();
        process.ThrowIfDead();
        var handed = 0;
        var most = kafka.Random.Next(1, 6);
        foreach (var partition in _fetching.Keys.OrderBy(_ => kafka.Random.Next()).ToArray())
        {
            var fetching = _fetching[partition];
            if (fetching.IsPaused || fetching.Position < 0)
            {
                continue;
            }

            var (records, next, atEnd) = kafka.Read(partition, fetching.Position, most - handed);
            foreach (var (offset, record) in records)
            {
                if (intake.Room == 0)
                {
                    return;
                }

                fetching.Position = offset + 1;
                Hand(intake.Find(partition.Topic, partition.Partition), offset, record);
                handed++;
            }

            fetching.Position = next;
            if (atEnd)
            {
                intake.Find(partition.Topic, partition.Partition)?.ReachedEnd();
            }
        }

        kafka.Time.Advance(handed == 0 ? wait + TimeSpan.FromMilliseconds(1) : TimeSpan.FromMilliseconds(kafka.Random.Next(1, 40)));
    }

    /// <summary>Spoils the memory of what was handed over, so that whoever still reads it is found out.</summary>
    public void ReleaseRecords()
    {
        _handed.ForEach(part => part.AsSpan().Fill(0xEE));
        _handed.Clear();
    }

    public void Pause(PartitionId partition)
    {
        kafka.Chaos.Before(process, "Pause", FailureKind.Retry);
        _fetching[partition].IsPaused = true;
    }

    public void Resume(PartitionId partition)
    {
        kafka.Chaos.Before(process, "Resume", FailureKind.Retry);
        _fetching[partition].IsPaused = false;
    }

    public bool TrySeek(PartitionId partition, long offset)
    {
        kafka.Chaos.Before(process, "Seek", FailureKind.Retry);
        if (kafka.Chaos.Chance(0.1))
        {
            return false;
        }

        _fetching[partition].Position = offset;
        return true;
    }

    public long[] Committed(IReadOnlyList<PartitionId> partitions)
    {
        kafka.Chaos.Before(process, "Committed", FailureKind.Retry);
        kafka.WriteSomeMarkers();
        if (partitions.Any(kafka.IsPending))
        {
            throw new LogException(FailureKind.Retry, "UnstableOffsetCommit", "a transaction is pending");
        }

        // A coordinator that is just resigning may answer that there is none.
        return [.. partitions.Select(partition => kafka.Chaos.Chance(kafka.Chaos.Rate / 4) ? -1 : kafka.Committed.GetValueOrDefault(partition, -1))];
    }

    public (long First, long End) Watermarks(PartitionId partition)
    {
        kafka.Chaos.Before(process, "Watermarks", FailureKind.Retry);
        return (kafka.First(partition), kafka.Log(partition).Count);
    }

    public long KnownEnd(PartitionId partition) => kafka.Log(partition).Count;

    public void Dispose()
    {
        if (process.IsDead || !_subscribed)
        {
            return;
        }

        _subscribed = false;
        var owned = IsValid ? kafka.OwnedBy(this) : [];
        if (owned.Count > 0)
        {
            events.OnRevoked(owned);
        }
    }

    private unsafe void Hand(InputPartition? partition, long offset, SimulatedRecord record)
    {
        if (partition is not null)
        {
            partition.Take(offset, offset, Place(record.Key), record.Key?.Length ?? -1, Place(record.Value), record.Value?.Length ?? -1, new RecordHeaders(record.Headers));
        }
    }

    /// <summary>A copy that stays where it is until it is released.</summary>
    private unsafe byte* Place(byte[]? part)
    {
        if (part is null)
        {
            return null;
        }

        var place = GC.AllocateUninitializedArray<byte>(part.Length + 1, pinned: true);
        part.CopyTo(place, 0);
        _handed.Add(place);
        fixed (byte* first = place)
        {
            return first;
        }
    }

    private void ServeGroup()
    {
        if (!_subscribed)
        {
            return;
        }

        if (!IsValid)
        {
            var lost = _fetching.Keys.ToArray();
            _fetching.Clear();
            if (lost.Length > 0)
            {
                events.OnLost(lost);
            }

            kafka.Join(this);
            return;
        }

        var revoked = kafka.ToRevoke(this);
        if (revoked.Count > 0)
        {
            events.OnRevoked(revoked);
            revoked.ForEach(partition => _fetching.Remove(partition));
            if (IsValid)
            {
                kafka.Release(revoked);
            }

            return;
        }

        var assigned = kafka.ToAssign(this);
        if (assigned.Count > 0)
        {
            events.OnAssigned(assigned);
            assigned.ForEach(partition => _fetching[partition] = new Fetching { Position = kafka.Committed.GetValueOrDefault(partition, -1) });
        }
    }

    private void ThrowIfFenced()
    {
        if (IsFenced)
        {
            throw new LogException(FailureKind.Replaced, "FencedInstanceId", "another process has this ordinal");
        }
    }

    private sealed class Fetching
    {
        public long Position { get; set; }

        public bool IsPaused { get; set; }
    }
}

internal sealed class SimulatedProducer(SimulatedKafka kafka, SimulatedProcess process, string id) : ITransactionalProducer
{
    private long _epoch = -1;
    private SimulatedTransaction? _transaction;
    private LogException? _failure;

    public bool HadTrouble => kafka.Chaos.Chance(kafka.Chaos.Rate / 2);

    public void Initialize()
    {
        kafka.Chaos.Before(process, "InitTransactions", FailureKind.Retry, FailureKind.Recreate);
        _epoch = kafka.Initialize(id);
        kafka.Chaos.After(process, "InitTransactions", FailureKind.Retry, FailureKind.Recreate);
    }

    public void Begin()
    {
        kafka.Chaos.Before(process, "Begin", FailureKind.Recreate);
        _failure = null;
        _transaction = kafka.Begin(id, _epoch);
    }

    public void Send(PartitionId partition, in Pipes.Record record)
    {
        process.ThrowIfDead();
        if (kafka.Chaos.Chance(kafka.Chaos.Rate / 20))
        {
            Chaos.Hits.AddOrUpdate("Send: QueueFull", 1, (_, count) => count + 1);
            throw new LogException(FailureKind.Retry, "QueueFull", "the queue is full");
        }

        try
        {
            kafka.ThrowIfFenced(id, _epoch);
        }
        catch (LogException e)
        {
            _failure = e; // heard of when the transaction is to be ended
            return;
        }

        kafka.Append(_transaction!, partition, record);
    }

    public void SendOffsets(IReadOnlyList<(PartitionId Partition, long Next)> offsets, IGroupConsumer member)
    {
        kafka.Chaos.Before(process, "SendOffsets", FailureKind.Retry, FailureKind.Abort, FailureKind.Recreate);
        Require();
        if (!((SimulatedMember)member).IsValid)
        {
            throw new LogException(FailureKind.Abort, "IllegalGeneration", "the member was expelled");
        }

        foreach (var (partition, next) in offsets)
        {
            _transaction!.Offsets[partition] = next;
        }

        kafka.Chaos.After(process, "SendOffsets", FailureKind.Retry, FailureKind.Abort, FailureKind.Recreate);
    }

    public void Commit()
    {
        if (_transaction!.Committed == true)
        {
            // The same call again after its answer was lost: what is committed can fail no more, but its answer can be lost again.
            kafka.Chaos.Before(process, "Commit again", FailureKind.Retry, FailureKind.Recreate);
            return;
        }

        kafka.Chaos.Before(process, "Commit", FailureKind.Retry, FailureKind.Abort, FailureKind.Recreate);

        Require();
        if (_transaction.IsTooLarge)
        {
            throw new LogException(FailureKind.Abort, "MsgSizeTooLarge", "a record is too large") { IsTooLarge = true };
        }

        kafka.End(_transaction, commit: true);
        kafka.Chaos.After(process, "Commit", FailureKind.Retry, FailureKind.Recreate);
    }

    public void Abort()
    {
        kafka.Chaos.Before(process, "Abort", FailureKind.Retry, FailureKind.Recreate);
        if (_transaction!.Committed == false)
        {
            return;
        }

        Require();
        if (_transaction.Committed == true)
        {
            throw new LogException(FailureKind.Recreate, "InvalidTxnState", "what is committed cannot be undone");
        }

        kafka.End(_transaction, commit: false);
        kafka.Chaos.After(process, "Abort", FailureKind.Retry, FailureKind.Recreate);
    }

    public void Dispose()
    {
    }

    private void Require()
    {
        if (_failure is not null)
        {
            throw _failure;
        }

        kafka.ThrowIfFenced(id, _epoch);
    }
}

internal sealed class SimulatedReader(SimulatedKafka kafka, SimulatedProcess process, PartitionId partition, long offset) : IPartitionReader
{
    private long _position = offset == PartitionReader.FromStart ? kafka.First(partition) : offset;

    public (long First, long End) Watermarks()
    {
        kafka.Chaos.Before(process, "ReaderWatermarks", FailureKind.Retry);
        return (kafka.First(partition), kafka.Log(partition).Count);
    }

    public bool Read(TimeSpan wait, int most, RecordBatch into)
    {
        kafka.Chaos.Before(process, "Read", FailureKind.Retry);
        kafka.WriteSomeMarkers();
        var (records, next, atEnd) = kafka.Read(partition, _position, Math.Min(most, kafka.Random.Next(1, 8)));
        foreach (var (place, record) in records)
        {
            into.Add(place, place, record.Key, record.Key is not null, record.Value, record.Value is not null, new RecordHeaders(record.Headers));
        }

        _position = next;
        kafka.Time.Advance(TimeSpan.FromMilliseconds(1));
        return atEnd;
    }

    public void Dispose()
    {
    }
}
