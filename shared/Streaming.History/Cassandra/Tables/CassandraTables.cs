namespace Streaming.History.Cassandra.Tables;

/// <summary>The tables of <c>deploy/cassandra</c>.</summary>
internal sealed class CassandraTables(FeatureNames names)
{
    /// <summary>Into how many shards the entities of a day are divided; a part of the tables' meaning, never to be changed.</summary>
    public const int Shards = 16;

    public const string VectorKind = "vectors";
    public const string PredictionKind = "predictions";
    public const string LabelKind = "labels";

    /// <summary>Days on which intervals of labels began that reach into later days.</summary>
    public const string IntervalKind = "intervals";

    /// <summary>The tables whose rows expire where there is a retention: by entity and day, or indexes of those.</summary>
    public static readonly IReadOnlyList<string> Expiring =
        ["vectors", "predictions", "labels", "days", "days_of_entity", "entities_of_day", "entities_of_model", "entities_of_label", "unnamed_vectors"];

    public VectorTable Vectors { get; } = new(names);

    public PredictionTable Predictions { get; } = new();

    public LabelTable Labels { get; } = new();

    public DeploymentTable Deployments { get; } = new();

    public JobTable Jobs { get; } = new();

    public FeatureSetTable FeatureSets { get; } = new();

    public IndexTable DaysOfKind { get; } = new("days", ["kind"], ["day", "span"]);

    public IndexTable DaysOfEntity { get; } = new("days_of_entity", ["entity_id"], ["kind", "day", "span"]);

    public IndexTable EntitiesOfDay { get; } = new("entities_of_day", ["kind", "day", "shard"], ["entity_id"]);

    public IndexTable EntitiesOfModel { get; } = new("entities_of_model", ["model_name", "model_version", "day", "shard"], ["entity_id"]);

    public IndexTable EntitiesOfLabel { get; } = new("entities_of_label", ["name", "day", "shard"], ["entity_id"]);

    public IndexTable UnnamedVectors { get; } = new("unnamed_vectors", ["feature_set", "feature_set_version", "feature_set_hash"], ["entity_id", "day"]);

    /// <summary>All of them.</summary>
    public IReadOnlyList<CassandraTable> All =>
    [
        Vectors, Predictions, Labels, Deployments, Jobs, FeatureSets, DaysOfKind, DaysOfEntity, EntitiesOfDay, EntitiesOfModel, EntitiesOfLabel,
        UnnamedVectors,
    ];

    /// <summary>The shard of an entity.</summary>
    public static int ShardOf(string entity) => Pipes.Murmur2.Partition(System.Text.Encoding.UTF8.GetBytes(entity), Shards);
}
