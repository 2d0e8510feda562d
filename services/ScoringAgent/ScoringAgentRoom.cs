using Microsoft.Extensions.Logging;
using Streaming.Contracts;
using Streaming.Hosting;
using Streaming.Models.Deployments;
using Streaming.Models.Packages;
using Streaming.Models.Scoring;
using Streaming.Pipes;

namespace Streaming.ScoringAgent;

/// <summary>feature.vectors → scores → predictions.</summary>
public static class ScoringAgentRoom
{
    /// <summary>The room, not started.</summary>
    /// <exception cref="ConfigurationException">Options or model packages are wrong.</exception>
    public static ServiceRoom Open(ServiceConfiguration configuration, ILoggerFactory loggers, TimeProvider clock)
    {
        var settings = WorkerSettings.Read(configuration);
        var options = configuration.Read<ModelsOptions>(ModelsOptions.Section, models => models.Validate());
        var models = Load(options.Directory, configuration);
        configuration.Check();

        return new ServiceRoom(ChainStages.ScoringAgent, settings, Filter, loggers, clock);

        Task<IFilter> Filter(StageClients clients, CancellationToken cancellation) => Task.FromResult<IFilter>(
            new ScoringFilter(models, clients.SchemasOf(Topics.FeatureVectors), PipelineVersion.Current));
    }

    private static IReadOnlyList<DeployedModel> Load(string directory, ServiceConfiguration configuration)
    {
        if (directory.Length == 0)
        {
            return [];
        }

        try
        {
            return DeployedModels.FromDirectory(directory).Of(Stage.Production);
        }
        catch (ModelPackageException refused)
        {
            foreach (var problem in refused.Problems)
            {
                configuration.Refuse($"{ModelsOptions.Section}:Directory = '{directory}': {problem}");
            }

            return [];
        }
    }
}
