using Microsoft.Extensions.Logging;

namespace Streaming.Kafka;

/// <summary>
/// One thread with one consumer and one producer that hosts a filter between its topics, exactly once: results, refusals, state and input
/// offsets are in one transaction.
/// </summary>
/// <remarks>It waits for brokers that are away, takes part in rebalances, and makes a lost producer anew. What no waiting mends ends it:
/// <see cref="Completion"/> then fails with a <see cref="WorkerException"/> that says what to do.</remarks>
public sealed class FilterWorker : IAsyncDisposable
{
    /// <summary>A worker, not started yet.</summary>
    /// <param name="binding">The filter and its topics; refused where <see cref="FilterBinding.Validate"/> finds anything.</param>
    /// <param name="options">How to reach Kafka; refused where <see cref="KafkaOptions.Validate"/> finds anything.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it says what happens.</param>
    /// <exception cref="WorkerException">Options or binding break a rule; the message names every one.</exception>
    public FilterWorker(FilterBinding binding, KafkaOptions options, TimeProvider time, ILogger<FilterWorker> logger)
    {
        _ = (binding, options, time, logger);
    }

    /// <summary>What the worker has done and is doing; readable from any thread at any time.</summary>
    public WorkerStatistics Statistics { get; } = new();

    /// <summary>Completes when the worker has ended: in good order, or with a <see cref="WorkerException"/>.</summary>
    public Task Completion => throw new NotImplementedException();

    /// <summary>Starts the worker's thread and returns; problems show in <see cref="Completion"/>.</summary>
    public void Start() => throw new NotImplementedException();

    /// <summary>Ends in good order: the open work is finished, state released, the group left. Bounded by three times the transaction time-out.</summary>
    /// <returns>Completes when the worker has ended, whatever ended it; does not fail.</returns>
    public Task StopAsync() => throw new NotImplementedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => new(StopAsync());
}
