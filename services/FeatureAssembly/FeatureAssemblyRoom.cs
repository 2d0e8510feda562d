using Microsoft.Extensions.Logging;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Features.Telemetry;
using Streaming.Hosting;
using Streaming.Kafka;
using Streaming.Pipes;

namespace Streaming.FeatureAssembly;

/// <summary>sensor.readings → buckets → feature.vectors.</summary>
public static class FeatureAssemblyRoom
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>The room, not started.</summary>
    /// <exception cref="ConfigurationException">Options or feature sets are wrong.</exception>
    public static ServiceRoom Open(ServiceConfiguration configuration, ILoggerFactory loggers, TimeProvider clock)
    {
        var settings = WorkerSettings.Read(configuration);
        var options = configuration.Read<FeaturesOptions>(FeaturesOptions.Section, features => features.Validate());
        var sets = Load(options.Directory, configuration);
        configuration.Check();

        return new ServiceRoom(ChainStages.FeatureAssembly, settings, Filter, loggers, clock);

        async Task<IFilter> Filter(StageClients clients, CancellationToken cancellation)
        {
            var register = await ReadRegisterAsync(settings, clients, clock, cancellation);
            return register.Check(sets) is { Count: > 0 } errors ? throw new ConfigurationException(errors) : new ObservedAssembler(new FeatureAssembler(sets), clock);
        }
    }

    // Brokers and a registry that are down at the start are waited for, as they are later on.
    private static async Task<FeatureSetRegister> ReadRegisterAsync(WorkerSettings settings, StageClients clients, TimeProvider clock, CancellationToken cancellation)
    {
        var topic = settings.Names.Of(Topics.FeatureSets);
        while (true)
        {
            try
            {
                var records = new TopicRecords(settings.Kafka, clients.Registry, "feature-assembly-sets").ReadAsync<FeatureSet>(topic, cancellation);
                return new FeatureSetRegister(await records.Select(record => record.Value).ToListAsync(cancellation));
            }
            catch (WorkerException away) when (away.Kind == FailureKind.Retry)
            {
                clients.Wait($"waiting for {topic}: {away.Message}");
            }
            catch (SchemaRegistryException away) when (away.Fault == RegistryFault.Unavailable)
            {
                clients.Wait($"waiting for the schema registry: {away.Message}");
            }

            await Task.Delay(Pause, clock, cancellation);
        }
    }

    private static IReadOnlyList<FeatureSetDefinition> Load(string directory, ServiceConfiguration configuration)
    {
        if (directory.Length == 0)
        {
            return [];
        }

        try
        {
            return FeatureSetDirectory.Load(directory);
        }
        catch (FeatureSetException refused)
        {
            foreach (var problem in refused.Problems)
            {
                configuration.Refuse($"{FeaturesOptions.Section}:Directory = '{directory}': {problem}");
            }

            return [];
        }
    }
}
