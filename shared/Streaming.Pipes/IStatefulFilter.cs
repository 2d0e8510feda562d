using System.Buffers;

namespace Streaming.Pipes;

/// <summary>
/// A filter that remembers, apart for each partition. Its state changes in place and is undone where a transaction fails; pieces of it are
/// kept in a compacted topic, and the rest is made again by reading the input from there.
/// </summary>
/// <remarks>
/// Order of calls for a partition: <see cref="Open"/>, <see cref="Load"/> for each kept piece, <see cref="Replay"/> up to the committed
/// offset, then live: <see cref="IFilter.Process"/> and <see cref="Checkpoint"/>, each transaction ended by <see cref="Commit"/> or
/// <see cref="Rollback"/>; at last <see cref="Close"/>.
/// </remarks>
public interface IStatefulFilter : IFilter
{
    /// <summary>Begins a partition with empty state.</summary>
    void Open(int partition);

    /// <summary>Takes one piece of a checkpoint.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="key">The piece's key, as the filter chose it.</param>
    /// <param name="offset">The input offset that the piece stands at: everything below it is in the piece.</param>
    /// <param name="blob">The piece, as the filter wrote it.</param>
    /// <exception cref="InvalidDataException">The piece cannot be read by this version; the message says why.</exception>
    void Load(int partition, ReadOnlySpan<byte> key, long offset, ReadOnlySpan<byte> blob);

    /// <summary>Takes records again whose results were committed before: state changes as by <see cref="IFilter.Process"/>, nothing comes out.
    /// A piece skips what lies below the offset that it stands at.</summary>
    void Replay(RecordBatch batch);

    /// <summary>Writes what a replay must arrive at: the same bytes for the same state.</summary>
    void WriteCounters(int partition, IBufferWriter<byte> into);

    /// <summary>Gives every piece that changed since the last checkpoint that was committed.</summary>
    /// <param name="partition">The partition.</param>
    /// <param name="nextOffset">The input offset that the state stands at.</param>
    /// <param name="into">Where the pieces go.</param>
    void Checkpoint(int partition, long nextOffset, ICheckpointWriter into);

    /// <summary>Whether the transaction under way must hold a checkpoint, because something changed that no replay could make again, such as
    /// what a partition computes. The host writes one before it commits.</summary>
    bool CheckpointDue(int partition) => false;

    /// <summary>The transaction is committed: what changed in it stays.</summary>
    void Commit();

    /// <summary>The transaction is undone: everything is as after the last <see cref="Commit"/>, including what the next checkpoint must hold.</summary>
    void Rollback();

    /// <summary>Drops a partition's state.</summary>
    void Close(int partition);
}

/// <summary>Takes the pieces of a checkpoint.</summary>
public interface ICheckpointWriter
{
    /// <summary>Keeps a piece under a key, in place of an earlier one.</summary>
    /// <param name="key">Unique within the partition.</param>
    /// <param name="blob">The piece; copied.</param>
    void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> blob);

    /// <summary>Takes a piece away.</summary>
    void Remove(ReadOnlySpan<byte> key);
}
