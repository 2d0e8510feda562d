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
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _never = new();
    private readonly CallMonitor _monitor = new();
    private readonly KafkaOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string _id;
    private readonly ConfluentLog _log;
    private readonly WorkerLoop _loop;
    private readonly IDisposable _shown;
    private int _started;
    private volatile bool _stopping;

    /// <summary>A worker, not started yet.</summary>
    /// <param name="binding">The filter and its topics; refused where <see cref="FilterBinding.Validate"/> finds anything.</param>
    /// <param name="options">How to reach Kafka; refused where <see cref="KafkaOptions.Validate"/> finds anything.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it says what happens.</param>
    /// <exception cref="WorkerException">Options or binding break a rule; the message names every one.</exception>
    public FilterWorker(FilterBinding binding, KafkaOptions options, TimeProvider time, ILogger<FilterWorker> logger)
    {
        ArgumentNullException.ThrowIfNull(binding);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var errors = options.Validate().Select(error => error.Describe("Kafka")).Concat(binding.Validate().Select(error => error.Describe(binding.Identity.Service))).ToList();
        if (errors.Count > 0)
        {
            throw new WorkerException(FailureKind.Configuration, string.Join(Environment.NewLine, errors));
        }

        _options = options;
        _time = time;
        _logger = logger;
        _id = binding.Identity.Id(options.TopicPrefix);
        _log = new ConfluentLog(options, binding.Group, _id, binding.Inputs.Count, logger);
        var surroundings = new Surroundings(time, span => _never.Wait(span), (task, span) => ((IAsyncResult)task).AsyncWaitHandle.WaitOne(span));
        var context = new WorkerContext(binding, options, _log, surroundings, _monitor, Statistics, logger);
        _loop = new WorkerLoop(context);
        _shown = WorkerMeter.Show(context);
    }

    /// <summary>What the worker has done and is doing; readable from any thread at any time.</summary>
    public WorkerStatistics Statistics { get; } = new();

    /// <summary>Completes when the worker has ended: in good order, or with a <see cref="WorkerException"/>.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Ends the process when the worker hangs in a call that does not come back. Default: <see cref="Environment.FailFast(string)"/>.</summary>
    public Action<string> EndProcess { get; init; } = Environment.FailFast;

    /// <summary>Starts the worker's thread and returns; problems show in <see cref="Completion"/>.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            new Thread(Run) { IsBackground = true, Name = _id }.Start();
        }
    }

    /// <summary>How long a worker may take to end: three times the transaction time-out, and never less than half a minute, since a cluster may stand still.</summary>
    public static TimeSpan LongestStop(KafkaOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return 3 * ClientSettings.LongestCall(options);
    }

    /// <summary>Ends in good order: the open work is finished, state released, the group left. Bounded by <see cref="LongestStop"/>.</summary>
    /// <returns>Completes when the worker has ended, whatever ended it; does not fail.</returns>
    public async Task StopAsync()
    {
        _stopping = true;
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            End();
            _completion.TrySetResult();
        }

        await Task.WhenAny(Completion, Task.Delay(LongestStop(_options), _time)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        if (Completion.IsCompleted)
        {
            _never.Dispose();
        }
    }

    private void Run()
    {
        using var watchdog = new Watchdog(_id, _monitor, _options, _time, message =>
        {
            _logger.Hung(message);
            EndProcess(message);
        });
        try
        {
            if (_loop.Start(() => _stopping))
            {
                while (!_stopping)
                {
                    _loop.Step();
                }

                _loop.Stop();
            }

            End();
            Statistics.State = WorkerState.Stopped;
            _logger.Stopped(_id);
            _completion.TrySetResult();
        }
        catch (Exception e)
        {
            var failure = e as WorkerException ?? new WorkerException(FailureKind.Invariant, $"{e.GetType().Name}: {e.Message}", e);
            Statistics.Report(new WorkerError(_time.GetUtcNow(), failure.Kind, failure.Message));
            Statistics.State = WorkerState.Failed;
            _logger.Ended(_id, failure.Message, failure);
            End();
            _completion.TrySetException(failure);
            _ = Completion.Exception; // observed here: whoever cares awaits it
        }
    }

    private void End()
    {
        _loop.Dispose();
        _log.Dispose();
        _shown.Dispose();
    }
}
