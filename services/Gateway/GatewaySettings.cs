using Streaming.Avro.Registry;
using Streaming.Gateway.Models;
using Streaming.History;
using Streaming.Hosting;
using Streaming.Ingest;
using Streaming.Kafka;

namespace Streaming.Gateway;

/// <summary>The options of a gateway that is a service of its own.</summary>
internal sealed record GatewaySettings(
    GatewayOptions Gateway, IngestOptions Ingest, KafkaOptions Kafka, SchemaRegistryOptions Registry, HistoryOptions History, ModelsOptions Models)
{
    /// <summary>Reads them; what is wrong shows at <see cref="ServiceConfiguration.Check"/>.</summary>
    public static GatewaySettings Read(ServiceConfiguration configuration) => new(
        configuration.Read<GatewayOptions>(GatewayOptions.Section, options => options.Validate()),
        configuration.Read<IngestOptions>(IngestOptions.Section, options => options.Validate()),
        configuration.Read<KafkaOptions>(WorkerSettings.KafkaSection, options => options.Validate().Select(error => error.Describe(WorkerSettings.KafkaSection))),
        configuration.Read<SchemaRegistryOptions>(SchemaRegistryOptions.Section, options => options.Validate()),
        configuration.Read<HistoryOptions>(HistoryOptions.Section, options => options.Validate()),
        configuration.Read<ModelsOptions>(ModelsOptions.Section, _ => []));
}
