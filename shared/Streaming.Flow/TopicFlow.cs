namespace Streaming.Flow;

/// <summary>What has been seen of one partition.</summary>
/// <param name="Topic">The topic's full name.</param>
/// <param name="Partition">The partition.</param>
/// <param name="Records">Records seen, those that carry only time (ticks) not counted.</param>
/// <param name="LastRecord">Offset of the last of them; -1 where there was none.</param>
/// <param name="Position">Everything below this offset has been seen.</param>
public readonly record struct PartitionFlow(string Topic, int Partition, long Records, long LastRecord, long Position);

/// <summary>What a watcher does with the records it sees; called on the watcher's thread.</summary>
/// <param name="topic">The topic's full name.</param>
/// <param name="key">The record's key; empty where it is null.</param>
/// <param name="value">The record's value; empty where it is null.</param>
public delegate void RecordSeen(string topic, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value);
