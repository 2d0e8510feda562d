namespace Streaming.Kafka;

/// <summary>What a worker is doing.</summary>
public enum WorkerState
{
    /// <summary>Not started, or looking at its topics.</summary>
    Starting,

    /// <summary>The group has no committed offsets: the first start has not been declared.</summary>
    WaitingForFirstStart,

    /// <summary>A member of the group, or about to be one, without partitions.</summary>
    Idle,

    /// <summary>At least one partition's state is being restored; others may be live.</summary>
    Restoring,

    /// <summary>Every partition it has is being worked on.</summary>
    Live,

    /// <summary>Held back: too large a share of its records was refused. Ends with a restart.</summary>
    Paused,

    /// <summary>Stopped in good order.</summary>
    Stopped,

    /// <summary>Stopped by an error: see <see cref="WorkerStatistics.LastError"/>.</summary>
    Failed,
}

/// <summary>What a worker is doing with one input partition.</summary>
public enum PartitionState
{
    /// <summary>Assigned, its committed offset not known yet.</summary>
    Assigned,

    /// <summary>Its state is being restored.</summary>
    Restoring,

    /// <summary>Records are being processed.</summary>
    Live,

    /// <summary>The next record is not ready (its schema is still being fetched, say).</summary>
    Held,
}
