using Microsoft.Extensions.Logging;
using Streaming.Contracts;
using Streaming.History;
using Streaming.History.Sink;
using Streaming.Hosting;
using Streaming.Pipes;

namespace Streaming.MonitoringSink;

/// <summary>Vectors, predictions, labels, deployments, jobs and feature sets → the history.</summary>
public static class MonitoringSinkRoom
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>The room, not started.</summary>
    /// <exception cref="ConfigurationException">Options are wrong.</exception>
    public static ServiceRoom Open(ServiceConfiguration configuration, ILoggerFactory loggers, TimeProvider clock)
    {
        var settings = WorkerSettings.Read(configuration);
        var history = configuration.Read<HistoryOptions>(HistoryOptions.Section, options => options.Validate());
        var sink = configuration.Read<MonitoringFilterOptions>(MonitoringFilterOptions.Section, options => options.Validate());
        configuration.Check();
        var log = loggers.CreateLogger($"Streaming.{ChainStages.MonitoringSink.Service}");

        return new ServiceRoom(ChainStages.MonitoringSink, settings, FilterAsync, loggers, clock);

        async Task<IFilter> FilterAsync(StageClients clients, CancellationToken cancellation)
        {
            var inputs = ChainStages.MonitoringSink.Inputs.Select(topic => new MonitoringInput(topic, clients.SchemasOf(topic))).ToArray();
            return new MonitoringFilter(clients.Keep(await OpenAsync(history, clients, clock, cancellation)), inputs, sink, clock, outage => Tell(log, outage));
        }
    }

    private static void Tell(ILogger log, HistoryUnavailableException? outage)
    {
        if (outage is not null)
        {
            SinkLog.Away(log, outage.Message);
        }
        else
        {
            SinkLog.Back(log);
        }
    }

    // A store that is down at the start is waited for, as it is later on.
    private static async Task<IHistory> OpenAsync(HistoryOptions options, StageClients clients, TimeProvider clock, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await HistoryStore.OpenAsync(options, cancellation);
            }
            catch (HistoryUnavailableException away)
            {
                clients.Wait($"waiting for the history: {away.Message}");
                await Task.Delay(Pause, clock, cancellation);
            }
            catch (HistoryUnusableException unusable)
            {
                throw new ConfigurationException([unusable.Message]);
            }
        }
    }
}
