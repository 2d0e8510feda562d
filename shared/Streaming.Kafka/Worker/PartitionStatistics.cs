namespace Streaming.Kafka;

/// <summary>How a worker stands in one of its input partitions.</summary>
public sealed class PartitionStatistics
{
    private long _committed = -1;
    private long _highWatermark = -1;
    private long _lastAppendTime = -1;
    private int _state;

    internal PartitionStatistics(string topic, int partition)
    {
        Topic = topic;
        Partition = partition;
    }

    /// <summary>The topic, in full.</summary>
    public string Topic { get; }

    /// <summary>The partition.</summary>
    public int Partition { get; }

    /// <summary>What the worker is doing with it.</summary>
    public PartitionState State
    {
        get => (PartitionState)Volatile.Read(ref _state);
        internal set => Volatile.Write(ref _state, (int)value);
    }

    /// <summary>The committed offset: the next record to be processed. -1 while not known.</summary>
    public long CommittedOffset
    {
        get => Volatile.Read(ref _committed);
        internal set => Volatile.Write(ref _committed, value);
    }

    /// <summary>The offset that the next record appended will get, as last heard; -1 while not known.</summary>
    public long HighWatermark
    {
        get => Volatile.Read(ref _highWatermark);
        internal set => Volatile.Write(ref _highWatermark, value);
    }

    /// <summary>Append time of the last record processed, in milliseconds since 1970; -1 where there is none.</summary>
    public long LastAppendTime
    {
        get => Volatile.Read(ref _lastAppendTime);
        internal set => Volatile.Write(ref _lastAppendTime, value);
    }

    /// <summary>Offsets between the committed one and the end; 0 while either is not known, and where only transaction markers are left.</summary>
    public long Lag
    {
        get
        {
            var committed = CommittedOffset;
            var high = HighWatermark;
            return AtEnd || committed < 0 || high < committed ? 0 : high - committed;
        }
    }

    /// <summary>Whether there was nothing more to read when the worker last looked.</summary>
    public bool AtEnd { get; internal set; }
}
