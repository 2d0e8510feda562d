using Microsoft.Extensions.Logging;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Kafka;
using Streaming.Pipes;
using Streaming.Registry;
using Streaming.Telemetry;

namespace Streaming.Hosting;

/// <summary>A service as a room of a process: its filters at work between their topics. A process has one; the embedded default has four.</summary>
public sealed class ServiceRoom : IServiceRoom
{
    private readonly ChainStage _stage;
    private readonly WorkerSettings _settings;
    private readonly Func<StageClients, CancellationToken, Task<IFilter>> _makeFilter;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<IFilter> _filters = [];
    private Task _running = Task.CompletedTask;
    private SchemaRegistryClient? _registry;
    private StageClients? _clients;
    private volatile string _waiting = "starting";
    private volatile FilterWorker[] _workers = [];

    /// <summary>A room that has not been started.</summary>
    /// <param name="stage">What it is in the chain.</param>
    /// <param name="settings">Kafka, registry and ordinal.</param>
    /// <param name="makeFilter">Makes a filter, one for each thread.</param>
    /// <param name="loggers">Where it says what happens.</param>
    /// <param name="clock">The clock.</param>
    public ServiceRoom(ChainStage stage, WorkerSettings settings, Func<StageClients, CancellationToken, Task<IFilter>> makeFilter, ILoggerFactory loggers, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(stage);
        _stage = stage;
        _settings = settings;
        _makeFilter = makeFilter;
        _loggers = loggers;
        _clock = clock;
        _log = loggers.CreateLogger($"Streaming.{stage.Service}");
    }

    /// <summary>Which records it begins to follow, where it is the first of the chain. Null: it follows what those before it follow.</summary>
    public TraceSampling? Sampling { get; init; }

    /// <inheritdoc/>
    public string Service => _stage.Service;

    /// <summary>What its workers have done, one for each thread; empty before they run.</summary>
    public IReadOnlyList<WorkerStatistics> Statistics => [.. _workers.Select(worker => worker.Statistics)];

    /// <inheritdoc/>
    public HealthReport Health
    {
        get
        {
            var workers = _workers.Select((worker, thread) => HealthOf(worker.Statistics, thread)).ToArray();
            return workers.Length == 0
                ? new HealthReport(Ready: false, [new WorkerHealth(Service, nameof(WorkerState.Starting), Ready: false, RecordsIn: 0, Lag: 0, _waiting)])
                : new HealthReport(workers.All(worker => worker.Ready), workers);
        }
    }

    /// <summary>Starts its workers and completes when it has ended: in good order after <see cref="StopAsync"/>, or with what went wrong.</summary>
    /// <exception cref="ConfigurationException">What it was told to use is not as it must be.</exception>
    /// <exception cref="WorkerException">A worker ended by itself.</exception>
    /// <exception cref="TimeoutException">A worker did not end when it was asked to; its open transaction is the broker's to abort.</exception>
    public Task RunAsync() => _running = RunWorkersAsync();

    /// <summary>Ends its workers in good order; <see cref="RunAsync"/> completes with them. Bounded by <see cref="FilterWorker.LongestStop"/>.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_workers.Select(worker => worker.StopAsync()));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // what it ended with is for whoever called it
        if (_workers.All(worker => worker.Completion.IsCompleted))
        {
            // Not under a worker that hangs: it may be inside of native code.
            _filters.ForEach(filter => (filter as IDisposable)?.Dispose());
        }

        if (_clients is not null)
        {
            await _clients.DisposeAsync();
        }

        _registry?.Dispose();
        _stopping.Dispose();
    }

    private async Task RunWorkersAsync()
    {
        try
        {
            await OpenAsync();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return; // asked to end before it had begun
        }

        foreach (var worker in _workers)
        {
            worker.Start();
        }

        ServiceLog.Started(_log, Service, _settings.Worker.RequireOrdinal(), _workers.Length, PipelineVersion.Current);
        var first = await Task.WhenAny([.. _workers.Select(worker => worker.Completion), Task.Delay(Timeout.InfiniteTimeSpan, _clock, _stopping.Token)]);
        await Task.WhenAll(_workers.Select(worker => worker.StopAsync()));
        if (!_stopping.IsCancellationRequested)
        {
            await first;
        }

        foreach (var worker in _workers)
        {
            await (worker.Completion.IsCompleted
                ? worker.Completion
                : throw new TimeoutException($"A worker of {Service} did not end within {FilterWorker.LongestStop(_settings.Kafka)}, which follows from Kafka:TransactionTimeout ({_settings.Kafka.TransactionTimeout}). What it left open is aborted by the broker; nothing is lost."));
        }
    }

    private async Task OpenAsync()
    {
        _registry = OpenRegistry();
        _clients = await StageClients.OpenAsync(_stage, _settings.Names, _registry, _clock, Wait, _stopping.Token);
        while (_filters.Count < _settings.Worker.Threads)
        {
            _filters.Add(await _makeFilter(_clients, _stopping.Token));
        }

        _stopping.Token.ThrowIfCancellationRequested();
        _workers = [.. _filters.Select((filter, thread) => MakeWorker(_clients, thread, filter))];
    }

    private SchemaRegistryClient OpenRegistry()
    {
        try
        {
            return new SchemaRegistryClient(_settings.Registry, _clock);
        }
        catch (SchemaRegistryException unusable)
        {
            throw new ConfigurationException([unusable.Message]); // a certificate that cannot be read, say
        }
    }

    private void Wait(string reason)
    {
        if (reason != _waiting)
        {
            _waiting = reason;
            ServiceLog.Waiting(_log, reason);
        }
    }

    private FilterWorker MakeWorker(StageClients clients, int thread, IFilter filter)
    {
        OutputTopic Output(Topic topic) => new(_settings.Names.Of(topic), clients.IdOf(topic));
        var binding = new FilterBinding
        {
            Identity = new WorkerIdentity(_stage.Id, _settings.Worker.RequireOrdinal(), _settings.Worker.Threads > 1 ? thread : null),
            Group = _stage.Group(_settings.Kafka.TopicPrefix),
            Inputs = [.. _stage.Inputs.Select(_settings.Names.Of)],
            Outputs = [.. _stage.Outputs.Select(Output)],
            DeadLetters = Output(Topics.DeadLetters),
            State = _stage.State is null ? null : Output(_stage.State),
            Filter = filter,
            Sampling = Sampling,
            Gate = new SchemaReadinessGate([.. _stage.Inputs.Select(clients.SchemasOf)]),
        };
        return new FilterWorker(binding, _settings.Kafka, _clock, _loggers.CreateLogger<FilterWorker>());
    }

    private WorkerHealth HealthOf(WorkerStatistics statistics, int thread)
    {
        var state = statistics.State;
        return new WorkerHealth($"{Service}/{thread}", state.ToString(), state is WorkerState.Live or WorkerState.Idle, statistics.RecordsIn, statistics.Lag, statistics.LastError?.Message ?? ReasonOf(state));
    }

    private static string? ReasonOf(WorkerState state) => state switch
    {
        WorkerState.Starting => "looking at its topics",
        WorkerState.WaitingForFirstStart => "its group has no committed offsets; 'streaming init' declares the first start",
        WorkerState.Restoring => "restoring its state",
        WorkerState.Paused => "too many of its records were refused; see dead.letters for the reasons, then start it again",
        WorkerState.Stopped => "ended in good order",
        _ => null,
    };
}
