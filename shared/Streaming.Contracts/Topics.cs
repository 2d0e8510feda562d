using Streaming.Avro.Registry;

namespace Streaming.Contracts;

/// <summary>Every topic of the system.</summary>
public static class Topics
{
    private const string Entity = "entity id";
    private const CompatibilityLevel Ours = CompatibilityLevel.BackwardTransitive;
    private const CompatibilityLevel ForOthers = CompatibilityLevel.FullTransitive;

    private static readonly TimeSpan Week = TimeSpan.FromDays(7);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);
    private static readonly TimeSpan Quarter = TimeSpan.FromDays(90);

    /// <summary>What devices measure.</summary>
    public static readonly Topic SensorRaw = new()
    {
        Name = "sensor.raw",
        Schema = SensorReading.Schema,
        Record = nameof(SensorReading),
        Key = Entity,
        WrittenBy = "devices, HTTP ingest",
        ReadBy = "SensorIngest",
        Partitions = TopicPartitions.Entity,
        Compatibility = Ours,
        Settings = TopicSettings.Kept(Month),
    };

    /// <summary>What is slow to change about entities and groups.</summary>
    public static readonly Topic EntityAttributes = new()
    {
        Name = "entity.attributes",
        Schema = Contracts.EntityAttributes.Schema,
        Record = nameof(Contracts.EntityAttributes),
        Key = "entity id or group id",
        WrittenBy = "anyone",
        ReadBy = "SensorIngest",
        Partitions = TopicPartitions.Entity,
        Compatibility = Ours,
        Settings = TopicSettings.Kept(time: null),
    };

    /// <summary>Checked readings with attributes and ticks: all that assembly goes by.</summary>
    public static readonly Topic SensorReadings = new()
    {
        Name = "sensor.readings",
        Schema = SensorLog.Schema,
        Record = nameof(SensorLog),
        Key = "entity id; null for a tick",
        WrittenBy = "SensorIngest",
        ReadBy = "FeatureAssembly",
        Partitions = TopicPartitions.Entity,
        Compatibility = Ours,
        Settings = TopicSettings.Kept(Month, TopicSettings.PassedOnBytes),
    };

    /// <summary>Readings that came too late to revise anything.</summary>
    public static readonly Topic SensorLate = new()
    {
        Name = "sensor.late",
        Schema = IngestedReading.Schema,
        Record = nameof(IngestedReading),
        Key = Entity,
        WrittenBy = "FeatureAssembly",
        ReadBy = "anyone",
        Partitions = TopicPartitions.Entity,
        Compatibility = Ours,
        Settings = TopicSettings.Kept(Month, TopicSettings.PassedOnBytes),
    };

    /// <summary>Members' features on the way to their group's aggregates.</summary>
    public static readonly Topic GroupFeatures = new()
    {
        Name = "group.features",
        Schema = Contracts.GroupFeatures.Schema,
        Record = nameof(Contracts.GroupFeatures),
        Key = "group id",
        WrittenBy = "FeatureAssembly",
        ReadBy = "SensorIngest",
        Partitions = TopicPartitions.Entity,
        Compatibility = Ours,
        IsInternal = true,
        Settings = TopicSettings.Kept(Week),
    };

    /// <summary>What each value of a vector is.</summary>
    public static readonly Topic FeatureSets = new()
    {
        Name = "feature.sets",
        Schema = FeatureSet.Schema,
        Record = nameof(FeatureSet),
        Key = "feature set name and version",
        WrittenBy = "FeatureAssembly",
        ReadBy = "anyone",
        Partitions = TopicPartitions.One,
        Compatibility = ForOthers,
        Settings = TopicSettings.Compacted(),
    };

    /// <summary>One vector per entity, bucket, feature set and revision.</summary>
    public static readonly Topic FeatureVectors = new()
    {
        Name = "feature.vectors",
        Schema = FeatureVector.Schema,
        Record = nameof(FeatureVector),
        Key = Entity,
        WrittenBy = "FeatureAssembly",
        ReadBy = "ScoringAgent, MonitoringSink, anyone",
        Partitions = TopicPartitions.Entity,
        Compatibility = ForOthers,
        Settings = TopicSettings.Kept(Month),
    };

    /// <summary>What the models in production say.</summary>
    public static readonly Topic Predictions = new()
    {
        Name = "predictions",
        Schema = Prediction.Schema,
        Record = nameof(Prediction),
        Key = Entity,
        WrittenBy = "ScoringAgent",
        ReadBy = "MonitoringSink, anyone",
        Partitions = TopicPartitions.Entity,
        Compatibility = ForOthers,
        Settings = TopicSettings.Kept(Month),
    };

    /// <summary>What the shadow models say of the same vectors.</summary>
    public static readonly Topic ShadowPredictions = new()
    {
        Name = "predictions.shadow",
        Schema = Prediction.Schema,
        Record = nameof(Prediction),
        Key = Entity,
        WrittenBy = "ScoringAgent",
        ReadBy = "MonitoringSink, anyone",
        Partitions = TopicPartitions.Entity,
        Compatibility = ForOthers,
        Settings = TopicSettings.Kept(Month),
    };

    /// <summary>The truth, as it becomes known.</summary>
    public static readonly Topic Labels = new()
    {
        Name = "labels",
        Schema = Label.Schema,
        Record = nameof(Label),
        Key = Entity,
        WrittenBy = "anyone with the truth",
        ReadBy = "MonitoringSink",
        Partitions = TopicPartitions.Entity,
        Compatibility = Ours,
        Settings = TopicSettings.Kept(Quarter),
    };

    /// <summary>What is deployed, as a log of changes.</summary>
    public static readonly Topic ModelDeployments = new()
    {
        Name = "model.deployments",
        Schema = DeploymentEvent.Schema,
        Record = nameof(DeploymentEvent),
        Key = "deployment name",
        WrittenBy = "Gateway, CLI",
        ReadBy = "ScoringAgent, MonitoringSink, Gateway",
        Partitions = TopicPartitions.One,
        Compatibility = Ours,
        Settings = TopicSettings.Kept(time: null),
    };

    /// <summary>What a person should look at.</summary>
    public static readonly Topic MonitoringAlerts = new()
    {
        Name = "monitoring.alerts",
        Schema = Alert.Schema,
        Record = nameof(Alert),
        Key = "model or entity",
        WrittenBy = "MonitoringSink",
        ReadBy = "anyone",
        Partitions = TopicPartitions.One,
        Compatibility = ForOthers,
        Settings = TopicSettings.Kept(Quarter),
    };

    /// <summary>Replays, backfills, redrives, exports and retrainings.</summary>
    public static readonly Topic PipelineJobs = new()
    {
        Name = "pipeline.jobs",
        Schema = JobEvent.Schema,
        Record = nameof(JobEvent),
        Key = "job id",
        WrittenBy = "CLI, Gateway, MonitoringSink",
        ReadBy = "MonitoringSink, Gateway, CLI",
        Partitions = TopicPartitions.One,
        Compatibility = Ours,
        Settings = TopicSettings.Kept(time: null),
    };

    /// <summary>What a stage refused.</summary>
    public static readonly Topic DeadLetters = new()
    {
        Name = "dead.letters",
        Schema = DeadLetter.Schema,
        Record = nameof(DeadLetter),
        Key = "source topic/partition/offset",
        WrittenBy = "every stage",
        ReadBy = "CLI, Gateway, anyone",
        Partitions = TopicPartitions.Any,
        Compatibility = ForOthers,
        Settings = TopicSettings.Kept(Quarter, TopicSettings.DeadLetterBytes),
    };

    /// <summary>Progress and checkpoints of assembly.</summary>
    public static readonly Topic FeatureState = new()
    {
        Name = "feature.state",
        Schema = Contracts.FeatureState.Schema,
        Record = nameof(Contracts.FeatureState),
        Key = "internal",
        WrittenBy = "FeatureAssembly",
        ReadBy = "FeatureAssembly",
        Partitions = TopicPartitions.Entity,
        Compatibility = Ours,
        IsInternal = true,
        Settings = TopicSettings.State(),
    };

    /// <summary>All of them, in the order in which data passes through.</summary>
    public static readonly IReadOnlyList<Topic> All =
    [
        SensorRaw, EntityAttributes, SensorReadings, SensorLate, GroupFeatures, FeatureSets, FeatureVectors, Predictions, ShadowPredictions,
        Labels, ModelDeployments, MonitoringAlerts, PipelineJobs, DeadLetters, FeatureState,
    ];
}
