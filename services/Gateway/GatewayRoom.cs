using Microsoft.Extensions.Logging;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Flow;
using Streaming.History;
using Streaming.Hosting;
using Streaming.Ingest;
using Streaming.Kafka;

namespace Streaming.Gateway;

/// <summary>The gateway as a service of its own: opens its parts as soon as Kafka and the registry answer, then listens.</summary>
public sealed class GatewayRoom : IServiceRoom
{
    // What it is to the chain: it writes readings as devices do, and reads as nobody's group.
    private static readonly ChainStage Door = new("Gateway", "gateway", [], [Topics.SensorRaw]);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly GatewaySettings _settings;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stopping = new();
    private Task _running = Task.CompletedTask;
    private volatile string _waiting = "starting";
    private volatile bool _ready;

    private GatewayRoom(GatewaySettings settings, ILoggerFactory loggers, TimeProvider clock)
    {
        _settings = settings;
        _loggers = loggers;
        _clock = clock;
        _log = loggers.CreateLogger("Streaming.Gateway");
    }

    /// <inheritdoc/>
    public string Service => Door.Service;

    /// <inheritdoc/>
    public HealthReport Health => new(_ready, [new WorkerHealth(Service, _ready ? nameof(WorkerState.Live) : nameof(WorkerState.Starting), _ready, RecordsIn: 0, Lag: 0, _ready ? null : _waiting)]);

    /// <summary>The room, not started.</summary>
    /// <exception cref="ConfigurationException">Options are wrong.</exception>
    public static IServiceRoom Open(ServiceConfiguration configuration, ILoggerFactory loggers, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        var settings = GatewaySettings.Read(configuration);
        configuration.Check();
        return new GatewayRoom(settings, loggers, clock);
    }

    /// <inheritdoc/>
    public Task RunAsync() => _running = ServeAsync();

    /// <inheritdoc/>
    public Task StopAsync() => _stopping.CancelAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // what it ended with is for whoever called it
        _stopping.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            using var registry = OpenRegistry();
            await using var waiting = await WaitingServer.StartAsync(_settings.Gateway, () => _waiting, _log, _stopping.Token);
            await using var clients = await StageClients.OpenAsync(Door, new TopicNames(_settings.Kafka.TopicPrefix), registry, _clock, Wait, _stopping.Token);
            using var observer = await OpenObserverAsync();
            await using var history = await OpenHistoryAsync();
            var parts = new GatewayParts
            {
                Options = _settings.Gateway,
                Ingest = _settings.Ingest,
                Kafka = _settings.Kafka,
                ReadingSchemaId = clients.IdOf(Topics.SensorRaw),
                Observer = observer,
                History = history,
                ModelsDirectory = _settings.Models.Directory,
            };
            if (waiting is not null)
            {
                await waiting.DisposeAsync();
            }

            await using var server = await GatewayServer.StartAsync(parts, _loggers, _clock, _stopping.Token);
            _ready = true;
            await Task.Delay(Timeout.InfiniteTimeSpan, _clock, _stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            _ready = false;
            _waiting = "ended in good order";
        }
    }

    private SchemaRegistryClient OpenRegistry()
    {
        try
        {
            return new SchemaRegistryClient(_settings.Registry, _clock);
        }
        catch (SchemaRegistryException unusable)
        {
            throw new ConfigurationException([unusable.Message]);
        }
    }

    private async Task<ChainObserver> OpenObserverAsync()
    {
        while (true)
        {
            try
            {
                return await ChainObserver.OpenAsync(_settings.Kafka, _clock, _stopping.Token);
            }
            catch (WorkerException away) when (away.Kind == FailureKind.Retry)
            {
                Wait($"waiting for Kafka: {away.Message}");
                await Task.Delay(Pause, _clock, _stopping.Token);
            }
        }
    }

    private async Task<IHistory> OpenHistoryAsync()
    {
        while (true)
        {
            try
            {
                return await HistoryStore.OpenAsync(_settings.History, _stopping.Token);
            }
            catch (HistoryUnavailableException away)
            {
                Wait($"waiting for the history: {away.Message}");
                await Task.Delay(Pause, _clock, _stopping.Token);
            }
            catch (HistoryException unusable)
            {
                throw new ConfigurationException([unusable.Message]);
            }
        }
    }

    private void Wait(string reason)
    {
        if (reason != _waiting)
        {
            _waiting = reason;
            GatewayLog.Waiting(_log, reason);
        }
    }
}
