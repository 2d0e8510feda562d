using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Streaming.Avro.Registry;
using Streaming.Cli.Rendering;
using Streaming.Contracts;
using Streaming.Hosting;
using Streaming.Kafka;

namespace Streaming.Cli.Commands;

/// <summary><c>streaming topics</c>: what exists, and what is wrong with it.</summary>
internal static class TopicsCommand
{
    private const string Help = """
        Shows every topic of the chain: partitions, records kept, the settings that it should have, the schema that is registered for its values and
        at which compatibility, and everything that is not as it should be. It changes nothing; 'streaming init' makes what is missing.
        Partition counts are compared with sensor.raw's, since the topics of an entity must agree.

        Exit codes: 0 all is as it should be; 78 something is missing or wrong, or the configuration is; 64 wrong options; 130 interrupted; 1 anything
        else.

        Examples:
          streaming topics --bootstrap localhost:9092 --registry http://localhost:8081
          streaming topics --json | jq -r '.topics[] | select(.wrong != []) | .name'             those that are not as they should be
        """;

    public static Command Make()
    {
        var cluster = new ClusterOptions();
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        var command = new Command("topics", Help) { json };
        cluster.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (kafka, registry) = cluster.Read(parsed);
            using var client = new SchemaRegistryClient(registry);
            var report = await LookAsync(kafka, client, cancellation);
            Answer.Write(report, TopicsJson.Default.TopicsReport, parsed.GetValue(json), Lines);
            return report.Good ? ExitCodes.Done : ExitCodes.Configuration;
        });
        return command;
    }

    private static async Task<TopicsReport> LookAsync(KafkaOptions kafka, SchemaRegistryClient registry, CancellationToken cancellation)
    {
        var names = new TopicNames(kafka.TopicPrefix);
        using var admin = new TopicAdmin(kafka);
        var partitions = (await admin.RangesAsync(names.Of(Topics.SensorRaw), cancellation)).Count;
        var wanted = new ChainSetup(kafka, registry).Specify(Math.Max(1, partitions), -1);
        var found = await admin.CompareAsync(wanted, cancellation);
        var topics = new List<TopicReport>();
        foreach (var (topic, outcome) in Topics.All.Zip(found))
        {
            var ranges = await admin.RangesAsync(outcome.Name, cancellation);
            var (schema, faults) = await LookAtSchemaAsync(registry, names.SubjectOf(topic), topic, cancellation);
            var wrong = outcome.Differences
                .Where(difference => topic.Partitions != TopicPartitions.Any || difference.Setting != "partitions")
                .Select(difference => $"{difference.Setting} is {difference.Found}, should be {difference.Wanted}");
            topics.Add(new TopicReport(
                outcome.Name,
                outcome.Status != TopicStatus.Missing,
                ranges.Count,
                ranges.Sum(range => range.End - range.First),
                topic.Settings,
                schema,
                [.. outcome.Status == TopicStatus.Missing ? ["the topic does not exist; 'streaming init' makes it"] : wrong, .. faults]));
        }

        return new TopicsReport(topics);
    }

    private static async Task<(TopicSchema? Schema, IReadOnlyList<string> Wrong)> LookAtSchemaAsync(
        SchemaRegistryClient registry, string subject, Topic topic, CancellationToken cancellation)
    {
        if (await registry.FindLatestAsync(subject, cancellation) is not { } latest)
        {
            return (null, [$"no schema is registered under {subject}; 'streaming init' registers it"]);
        }

        var level = await registry.FindCompatibilityAsync(subject, cancellation);
        var wrong = new List<string>();
        if (level != topic.Compatibility)
        {
            wrong.Add($"compatibility of {subject} is {level?.ToName() ?? "not set"}, should be {topic.Compatibility.ToName()}");
        }

        if (await registry.FindAsync(subject, topic.Schema.Text, cancellation) is null)
        {
            wrong.Add($"the schema of this version is not registered under {subject}; 'streaming init' registers it");
        }

        return (new TopicSchema(subject, latest.Id, latest.Version, level?.ToName()), wrong);
    }

    private static IEnumerable<string> Lines(TopicsReport report)
    {
        var table = new TextTable("topic", "partitions", "offsets kept", "schema", "compatibility", "state");
        foreach (var topic in report.Topics)
        {
            table.Add(
                topic.Name,
                topic.Partitions.ToString(CultureInfo.InvariantCulture),
                topic.OffsetsKept.ToString(CultureInfo.InvariantCulture),
                topic.Schema is { } schema ? $"id {schema.Id}, version {schema.Version}" : "-",
                topic.Schema?.Compatibility ?? "-",
                topic.Wrong.Count == 0 ? "good" : string.Join("; ", topic.Wrong));
        }

        return table.Lines();
    }
}

/// <summary>Every topic of the chain.</summary>
internal sealed record TopicsReport(IReadOnlyList<TopicReport> Topics)
{
    public bool Good => Topics.All(topic => topic.Wrong.Count == 0);
}

/// <summary>One topic; <paramref name="Settings"/> are those that it should have, deviations stand in <paramref name="Wrong"/>.</summary>
internal sealed record TopicReport(
    string Name, bool Exists, int Partitions, long OffsetsKept, IReadOnlyDictionary<string, string> Settings, TopicSchema? Schema, IReadOnlyList<string> Wrong);

/// <summary>What is registered newest for a topic's values.</summary>
internal sealed record TopicSchema(string Subject, int Id, int Version, string? Compatibility);

[JsonSerializable(typeof(TopicsReport))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class TopicsJson : JsonSerializerContext;
