namespace Streaming.Pipes;

/// <summary>
/// A filter whose results leave Kafka, into a store. <see cref="IFilter.Process"/> collects; <see cref="WriteAsync"/> makes durable what was
/// collected, before the transaction with the offsets begins. What it writes must be the same however often it is written.
/// </summary>
public interface ISink : IFilter
{
    /// <summary>Completes when all that was collected is durable. Waits out a store that is down; the worker stays a member of its group meanwhile.</summary>
    Task WriteAsync(CancellationToken cancellation);

    /// <summary>Forgets what was collected and not written.</summary>
    void Discard();
}
