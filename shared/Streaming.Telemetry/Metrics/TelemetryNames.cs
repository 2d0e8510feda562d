namespace Streaming.Telemetry;

/// <summary>Names that telemetry has. Those that begin with <c>messaging.</c>, <c>error.</c> and <c>service.</c> are OpenTelemetry's semantic conventions.</summary>
public static class TelemetryNames
{
    /// <summary>What every meter and the source of spans of the chain begin with.</summary>
    public const string Prefix = "Streaming";

    /// <summary>The meter of the workers between topics.</summary>
    public const string KafkaMeter = Prefix + ".Kafka";

    /// <summary>The meter of assembly.</summary>
    public const string FeaturesMeter = Prefix + ".Features";

    /// <summary>The meter of scoring.</summary>
    public const string ModelsMeter = Prefix + ".Models";

    /// <summary>The meter of the history.</summary>
    public const string HistoryMeter = Prefix + ".History";

    /// <summary>The meter of the gateway.</summary>
    public const string GatewayMeter = Prefix + ".Gateway";

    /// <summary>The source of all spans that follow records.</summary>
    public const string Source = Prefix;

    /// <summary>Which messaging system: always <see cref="Kafka"/>.</summary>
    public const string System = "messaging.system";

    /// <summary>The value of <see cref="System"/>.</summary>
    public const string Kafka = "kafka";

    /// <summary>What is done with a message, in the system's word.</summary>
    public const string Operation = "messaging.operation.name";

    /// <summary>The class of <see cref="Operation"/>.</summary>
    public const string OperationType = "messaging.operation.type";

    /// <summary>The topic, in full.</summary>
    public const string Destination = "messaging.destination.name";

    /// <summary>The partition, as text.</summary>
    public const string Partition = "messaging.destination.partition.id";

    /// <summary>The consumer group.</summary>
    public const string Group = "messaging.consumer.group.name";

    /// <summary>The worker: its <c>transactional.id</c>.</summary>
    public const string Client = "messaging.client.id";

    /// <summary>A record's offset.</summary>
    public const string Offset = "messaging.kafka.offset";

    /// <summary>A record's key.</summary>
    public const string Key = "messaging.kafka.message.key";

    /// <summary>The class of an error.</summary>
    public const string Error = "error.type";

    /// <summary>Why a record became a dead letter.</summary>
    public const string DeadLetterReason = "streaming.dead_letter.reason";

    /// <summary>What became of something.</summary>
    public const string Outcome = "streaming.outcome";

    /// <summary>What a worker is doing.</summary>
    public const string State = "streaming.worker.state";

    /// <summary>A feature set's name.</summary>
    public const string FeatureSet = "streaming.feature_set.name";

    /// <summary>A feature set's version.</summary>
    public const string FeatureSetVersion = "streaming.feature_set.version";

    /// <summary>A deployment's name.</summary>
    public const string Deployment = "streaming.deployment.name";

    /// <summary>What kind of record or row.</summary>
    public const string Kind = "streaming.record.kind";
}
