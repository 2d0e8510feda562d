namespace Streaming.Pipes;

/// <summary>
/// A stage of the chain without its topics: records in, records out, nothing else. It keeps no clock and does no I/O.
/// One instance belongs to one worker thread.
/// </summary>
public interface IFilter
{
    /// <summary>Says once, before anything else, what the topics look like.</summary>
    void Start(FilterTopics topics)
    {
    }

    /// <summary>Takes records of one partition and adds what comes of them. Never throws for what a record holds: it refuses the record.</summary>
    /// <param name="batch">Records in offset order; valid until the transaction ends.</param>
    /// <param name="output">Where results and refusals go.</param>
    void Process(RecordBatch batch, OutputBatch output);

    /// <summary>Called about once a second, in a transaction that commits the positions it is told of.</summary>
    /// <param name="now">The worker's clock and the positions that it owns.</param>
    /// <param name="output">Where results go.</param>
    void OnTime(TimeCall now, OutputBatch output)
    {
    }
}

/// <summary>The topics that a filter is bound to.</summary>
/// <param name="Inputs">Those it reads, in the order of its binding.</param>
/// <param name="Outputs">Those it writes, in the order of its binding.</param>
public sealed record FilterTopics(IReadOnlyList<TopicShape> Inputs, IReadOnlyList<TopicShape> Outputs);

/// <summary>A topic as a filter knows it.</summary>
/// <param name="Name">The full name, prefix included.</param>
/// <param name="Partitions">How many partitions it has.</param>
/// <param name="SchemaId">The registered id that values written to it are framed with; 0 where the topic is only read.</param>
public sealed record TopicShape(string Name, int Partitions, int SchemaId);

/// <summary>The time by the worker's clock, with the input positions that the worker owns.</summary>
public readonly ref struct TimeCall
{
    /// <summary>A call at a time.</summary>
    public TimeCall(long now, ReadOnlySpan<OwnedPosition> positions)
    {
        Now = now;
        Positions = positions;
    }

    /// <summary>Milliseconds since 1970.</summary>
    public long Now { get; }

    /// <summary>Every input partition that the worker owns, changed or not.</summary>
    public ReadOnlySpan<OwnedPosition> Positions { get; }
}

/// <summary>How far a worker came in one input partition.</summary>
/// <param name="Topic">Position in <see cref="FilterTopics.Inputs"/>.</param>
/// <param name="Partition">The partition.</param>
/// <param name="NextOffset">The offset that the surrounding transaction commits.</param>
/// <param name="LastAppendTime">Append time of the last record before it that this worker has passed on, in milliseconds since 1970; -1 where it has seen none.</param>
/// <param name="AtEnd">Whether there was nothing more to read when the worker last looked.</param>
public readonly record struct OwnedPosition(int Topic, int Partition, long NextOffset, long LastAppendTime, bool AtEnd);
