namespace Streaming.Contracts;

/// <summary>A stage of the chain: a service, the group that it reads as, and its topics.</summary>
/// <param name="Service">The service, as its executable is called.</param>
/// <param name="Id">The service in names that Kafka sees: groups, transactional ids.</param>
/// <param name="Inputs">What it reads, in the order in which its filter counts them.</param>
/// <param name="Outputs">What it writes, in the order in which its filter counts them; the first is what it is there for.</param>
/// <param name="State">Where it keeps what it remembers; null where it remembers nothing.</param>
public sealed record ChainStage(string Service, string Id, IReadOnlyList<Topic> Inputs, IReadOnlyList<Topic> Outputs, Topic? State = null)
{
    /// <summary>The consumer group's full name.</summary>
    /// <param name="prefix">The topic prefix; it stands before groups too.</param>
    public string Group(string prefix) => prefix + Id;
}

/// <summary>The stages, in the order in which data passes through them.</summary>
public static class ChainStages
{
    /// <summary>Checks readings and attributes and passes them on.</summary>
    public static readonly ChainStage SensorIngest = new("SensorIngest", "sensor-ingest", [Topics.SensorRaw, Topics.EntityAttributes, Topics.GroupFeatures], [Topics.SensorReadings]);

    /// <summary>Makes feature vectors of readings.</summary>
    public static readonly ChainStage FeatureAssembly = new(
        "FeatureAssembly", "feature-assembly", [Topics.SensorReadings], [Topics.FeatureVectors, Topics.SensorLate, Topics.FeatureSets, Topics.GroupFeatures], Topics.FeatureState);

    /// <summary>Makes predictions of feature vectors.</summary>
    public static readonly ChainStage ScoringAgent = new("ScoringAgent", "scoring-agent", [Topics.FeatureVectors], [Topics.Predictions]);

    /// <summary>Keeps all that is computed, said, decided and true in the history.</summary>
    public static readonly ChainStage MonitoringSink = new(
        "MonitoringSink",
        "monitoring-sink",
        [Topics.FeatureVectors, Topics.Predictions, Topics.ShadowPredictions, Topics.Labels, Topics.FeatureSets, Topics.ModelDeployments, Topics.PipelineJobs],
        []);

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<ChainStage> All = [SensorIngest, FeatureAssembly, ScoringAgent, MonitoringSink];
}
