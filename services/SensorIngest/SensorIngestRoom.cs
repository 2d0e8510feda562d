using Microsoft.Extensions.Logging;
using Streaming.Contracts;
using Streaming.Hosting;
using Streaming.Ingest;
using Streaming.Pipes;

namespace Streaming.SensorIngest;

/// <summary>sensor.raw, entity.attributes and group.features → checks → sensor.readings.</summary>
public static class SensorIngestRoom
{
    /// <summary>The room, not started.</summary>
    /// <exception cref="ConfigurationException">Options are wrong.</exception>
    public static ServiceRoom Open(ServiceConfiguration configuration, ILoggerFactory loggers, TimeProvider clock)
    {
        var settings = WorkerSettings.Read(configuration);
        var ingest = configuration.Read<IngestOptions>(IngestOptions.Section, options => options.Validate());
        var sampling = TelemetrySettings.Read(configuration).Sampling;
        configuration.Check();

        return new ServiceRoom(ChainStages.SensorIngest, settings, Filter, loggers, clock) { Sampling = sampling };

        Task<IFilter> Filter(StageClients clients, CancellationToken cancellation) => Task.FromResult<IFilter>(
            new IngestFilter(ingest, clients.SchemasOf(Topics.SensorRaw), clock, clients.SchemasOf(Topics.EntityAttributes), clients.SchemasOf(Topics.GroupFeatures)));
    }
}
