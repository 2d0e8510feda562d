using Microsoft.Extensions.Logging;
using Streaming.Contracts;
using Streaming.History;
using Streaming.History.Sink;
using Streaming.Hosting;
using Streaming.Pipes;

namespace Streaming.MonitoringSink;

/// <summary>feature.vectors, predictions and labels → the history.</summary>
public static class MonitoringSinkRoom
{
    /// <summary>The room, not started.</summary>
    /// <exception cref="ConfigurationException">Options are wrong.</exception>
    public static ServiceRoom Open(ServiceConfiguration configuration, ILoggerFactory loggers, TimeProvider clock)
    {
        var settings = WorkerSettings.Read(configuration);
        var history = configuration.Read<HistoryOptions>(HistoryOptions.Section, options => options.Validate());
        var sink = configuration.Read<MonitoringFilterOptions>(MonitoringFilterOptions.Section, options => options.Validate());
        configuration.Check();

        return new ServiceRoom(ChainStages.MonitoringSink, settings, FilterAsync, loggers, clock);

        async Task<IFilter> FilterAsync(StageClients clients, CancellationToken cancellation)
        {
            var inputs = ChainStages.MonitoringSink.Inputs.Select(topic => new MonitoringInput(topic, clients.SchemasOf(topic))).ToArray();
            return new MonitoringFilter(clients.Keep(await OpenAsync(history, cancellation)), inputs, sink, clock);
        }
    }

    private static async Task<IHistory> OpenAsync(HistoryOptions options, CancellationToken cancellation)
    {
        try
        {
            return await HistoryStore.OpenAsync(options, cancellation);
        }
        catch (HistoryUnusableException unusable)
        {
            throw new ConfigurationException([unusable.Message]);
        }
    }
}
