using Microsoft.Extensions.Logging;
using Streaming.Contracts;
using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Features.Telemetry;
using Streaming.Hosting;
using Streaming.Pipes;

namespace Streaming.FeatureAssembly;

/// <summary>sensor.readings → buckets → feature.vectors.</summary>
public static class FeatureAssemblyRoom
{
    /// <summary>The room, not started.</summary>
    /// <exception cref="ConfigurationException">Options or feature sets are wrong.</exception>
    public static ServiceRoom Open(ServiceConfiguration configuration, ILoggerFactory loggers, TimeProvider clock)
    {
        var settings = WorkerSettings.Read(configuration);
        var options = configuration.Read<FeaturesOptions>(FeaturesOptions.Section, features => features.Validate());
        var sets = Load(options.Directory, configuration);
        configuration.Check();

        return new ServiceRoom(ChainStages.FeatureAssembly, settings, Filter, loggers, clock);

        Task<IFilter> Filter(StageClients clients, CancellationToken cancellation) =>
            Task.FromResult<IFilter>(new ObservedAssembler(new FeatureAssembler(sets), clock));
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
