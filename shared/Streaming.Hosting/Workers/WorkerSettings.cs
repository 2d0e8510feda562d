using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Kafka;

namespace Streaming.Hosting;

/// <summary>The options that every worker service has.</summary>
/// <param name="Kafka">How to reach Kafka. Section <c>Kafka</c>.</param>
/// <param name="Registry">How to reach the schema registry. Section <c>SchemaRegistry</c>.</param>
/// <param name="Worker">Which process this is. Section <c>Worker</c>.</param>
public sealed record WorkerSettings(KafkaOptions Kafka, SchemaRegistryOptions Registry, WorkerOptions Worker)
{
    /// <summary>The section of <see cref="Kafka"/>.</summary>
    public const string KafkaSection = "Kafka";

    /// <summary>Full names of topics.</summary>
    public TopicNames Names => new(Kafka.TopicPrefix);

    /// <summary>Reads them; what is wrong shows at <see cref="ServiceConfiguration.Check"/>.</summary>
    public static WorkerSettings Read(ServiceConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return new WorkerSettings(
            configuration.Read<KafkaOptions>(KafkaSection, options => options.Validate().Select(error => error.Describe(KafkaSection))),
            configuration.Read<SchemaRegistryOptions>(SchemaRegistryOptions.Section, options => options.Validate()),
            configuration.Read<WorkerOptions>(WorkerOptions.Section, options => options.Validate()));
    }
}
