using System.CommandLine;
using Streaming.Avro.Registry;
using Streaming.Hosting;
using Streaming.Kafka;

namespace Streaming.Cli;

/// <summary>The options by which every command finds the cluster. The environment of the services serves too.</summary>
internal sealed class ClusterOptions(bool needsRegistry = true)
{
    /// <summary>The name of the option that names the brokers.</summary>
    public const string Bootstrap = "--bootstrap";

    private readonly Option<string> _bootstrap = new(Bootstrap)
    {
        Description = "Brokers, as host:port, comma separated. Default: Kafka__BootstrapServers of the environment.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("Kafka__BootstrapServers") ?? "",
    };

    private readonly Option<string> _registry = new("--registry")
    {
        Description = "URL of the schema registry (Confluent's REST API). Default: SchemaRegistry__Url of the environment.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("SchemaRegistry__Url") ?? "",
    };

    private readonly Option<string> _prefix = new("--prefix")
    {
        Description = "In front of every topic and group. Default: Kafka__TopicPrefix of the environment, else none.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("Kafka__TopicPrefix") ?? "",
    };

    private readonly Option<string[]> _client = new("--client")
    {
        Description = "A further setting of the Kafka client by librdkafka's name, as in security.protocol=SASL_SSL. May be repeated.",
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_bootstrap);
        if (needsRegistry)
        {
            command.Options.Add(_registry);
        }

        command.Options.Add(_prefix);
        command.Options.Add(_client);
    }

    /// <summary>Whether there is a cluster at all, for commands that can do without.</summary>
    public bool AreGiven(ParseResult parsed) => parsed.GetValue(_bootstrap) is { Length: > 0 };

    /// <exception cref="ConfigurationException">Options are wrong; every mistake is named.</exception>
    public (KafkaOptions Kafka, SchemaRegistryOptions Registry) Read(ParseResult parsed)
    {
        var kafka = new KafkaOptions { BootstrapServers = parsed.GetValue(_bootstrap)!, TopicPrefix = parsed.GetValue(_prefix)! };
        var registry = new SchemaRegistryOptions { Url = needsRegistry ? parsed.GetValue(_registry)! : "" };
        var errors = new List<string>();
        foreach (var setting in parsed.GetValue(_client) ?? [])
        {
            var equals = setting.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                kafka.Client[setting[..equals]] = setting[(equals + 1)..];
            }
            else
            {
                errors.Add($"--client '{setting}': must be name=value; for example security.protocol=SASL_SSL.");
            }
        }

        errors.AddRange(kafka.Validate().Select(error => error.Describe(WorkerSettings.KafkaSection)));
        if (needsRegistry)
        {
            errors.AddRange(registry.Validate());
        }

        return errors.Count == 0 ? (kafka, registry) : throw new ConfigurationException(errors);
    }
}
