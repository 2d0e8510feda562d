using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>
/// Everything that the loop needs of Kafka, so that the same loop runs on a cluster, on a model of one in memory, and over another way to
/// fetch and produce. What fails, fails with a <see cref="LogException"/>. One thread uses it all.
/// </summary>
internal interface ITransactionalLog
{
    /// <summary>A member of the group to be, not subscribed yet. Handlers are called in its <see cref="IGroupConsumer.Poll"/> and
    /// <see cref="IDisposable.Dispose"/>.</summary>
    IGroupConsumer CreateConsumer(IGroupEvents events);

    /// <summary>A producer that has not fenced anyone yet.</summary>
    ITransactionalProducer CreateProducer(string transactionalId);

    /// <summary>A reader of committed records outside any group.</summary>
    IPartitionReader CreateReader(PartitionId partition, long offset);

    /// <summary>How many partitions a topic has; 0 where there is no such topic, or none that this client knows of yet.</summary>
    int CountPartitions(string topic);
}

/// <summary>Told of the group's decisions, on the polling thread. Must not throw.</summary>
internal interface IGroupEvents
{
    /// <summary>These came in addition to what the member has. They may be paused and sought once the poll has returned.</summary>
    void OnAssigned(IReadOnlyList<PartitionId> partitions);

    /// <summary>These go when the call returns; until then the member may still commit for them.</summary>
    void OnRevoked(IReadOnlyList<PartitionId> partitions);

    /// <summary>These are gone, and may have another owner already.</summary>
    void OnLost(IReadOnlyList<PartitionId> partitions);
}

/// <summary>Takes what a poll brings.</summary>
internal interface IRecordIntake
{
    /// <summary>How many records there is room for, by the size of those that came lately; 0 where there is none.</summary>
    int Room { get; }

    /// <summary>Where a partition's records go, or null where they are not wanted.</summary>
    InputPartition? Find(string topic, int partition);
}

/// <summary>A member of a consumer group that commits nothing by itself.</summary>
internal interface IGroupConsumer : IDisposable
{
    /// <summary>Whether the member has a place in the group, so that its offsets are fenced.</summary>
    bool IsMember { get; }

    void Subscribe(IReadOnlyList<string> topics);

    /// <summary>Serves handlers, and hands over records until there are no more at hand or the intake is full; waits for the first.</summary>
    void Poll(TimeSpan wait, IRecordIntake intake);

    /// <summary>The records handed over are no longer looked at.</summary>
    void ReleaseRecords();

    void Pause(PartitionId partition);

    void Resume(PartitionId partition);

    /// <summary>Goes to an offset. From then on nothing that was fetched before is handed over.</summary>
    /// <returns>False where the partition is not being fetched yet; try again after a poll.</returns>
    bool TrySeek(PartitionId partition, long offset);

    /// <summary>The stable committed offsets, once no transaction is pending on them; -1 where there is none.</summary>
    long[] Committed(IReadOnlyList<PartitionId> partitions);

    /// <summary>First offset and end of a partition, asked of its leader.</summary>
    (long First, long End) Watermarks(PartitionId partition);

    /// <summary>The end as last heard in passing; -1 where it was not.</summary>
    long KnownEnd(PartitionId partition);
}

/// <summary>A producer whose records are seen all or not at all.</summary>
internal interface ITransactionalProducer : IDisposable
{
    /// <summary>Whether its connections have had trouble since the last call of <see cref="Begin"/>: a request of an ended transaction may then still be under way.</summary>
    bool HadTrouble { get; }

    /// <summary>Fences every earlier producer of this id and ends what it left open.</summary>
    void Initialize();

    void Begin();

    /// <summary>Adds a record to the transaction; it may still be refused when the transaction is committed.</summary>
    void Send(PartitionId partition, in Record record);

    /// <summary>Adds input offsets to the transaction, on behalf of a member of a group.</summary>
    void SendOffsets(IReadOnlyList<(PartitionId Partition, long Next)> offsets, IGroupConsumer member);

    void Commit();

    void Abort();
}

/// <summary>Reads one partition from an offset on, committed records only.</summary>
internal interface IPartitionReader : IDisposable
{
    /// <summary>First offset and end of the partition, asked of its leader.</summary>
    (long First, long End) Watermarks();

    /// <summary>Appends what is at hand to a batch; waits for the first record.</summary>
    /// <returns>Whether the end was reached, as it was then.</returns>
    bool Read(TimeSpan wait, int most, RecordBatch into);
}
