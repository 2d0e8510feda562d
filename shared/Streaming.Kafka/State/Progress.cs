namespace Streaming.Kafka;

/// <summary>How far a worker came in one partition; its last record in the state topic. The schema is <c>progress.avsc</c>.</summary>
/// <param name="NextOffset">Equals the group's committed offset.</param>
/// <param name="CheckpointOffset">Where a replay starts: no change before it is missing from the blobs.</param>
/// <param name="PartitionCount">Partitions of the input when the state was made.</param>
/// <param name="Writer">transactional.id of the writer; empty where a first start was declared and nothing was written yet.</param>
/// <param name="Released">Whether the writer gave the partition up in good order.</param>
/// <param name="Counters">What a replay must arrive at.</param>
internal sealed record Progress(long NextOffset, long CheckpointOffset, int PartitionCount, string Writer, bool Released, ReadOnlyMemory<byte> Counters)
{
    /// <summary>The state of a partition of which nothing has been read yet.</summary>
    public static Progress Declared(long offset, int partitionCount) => new(offset, offset, partitionCount, "", Released: true, default);
}
