using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Streaming.Avro.Registry;
using Streaming.Cli.Rendering;
using Streaming.Contracts;
using Streaming.Hosting;
using Streaming.Kafka;

namespace Streaming.Cli.Commands;

/// <summary><c>streaming init</c>: prepares a cluster for the chain.</summary>
internal static class InitCommand
{
    private const string Help = """
        Prepares a cluster for the chain, once, before the services are started:
          1. makes the topics that are missing, with the right settings, and says where existing ones differ (it changes none);
          2. registers the schemas, each with the compatibility that it promises;
          3. declares the first start: every service begins at the start of its log. Without this declaration a service refuses to start, so that lost
             offsets can never pass for a new beginning.
        It may be repeated: what is there stays as it is.

        Exit codes: 0 all is as it should be; 78 something exists that is not, or the configuration is wrong; 64 wrong options; 130 interrupted;
        1 anything else.

        Examples:
          streaming init --dry-run                                              what is missing or differs; changes nothing
          streaming init --bootstrap localhost:9092 --registry http://localhost:8081 --partitions 4
          streaming init --prefix try1. --partitions 2                          a second chain on the same cluster, apart from the first
        """;

    public static Command Make()
    {
        var cluster = new ClusterOptions();
        var partitions = new Option<int>("--partitions") { Description = "Partitions of the topics that are divided by entity. It cannot be changed later.", DefaultValueFactory = _ => 4 };
        var replication = new Option<short>("--replication") { Description = "Copies of each partition; -1 for the broker's default.", DefaultValueFactory = _ => -1 };
        var dryRun = new Option<bool>("--dry-run") { Description = "Says what is missing or differs, and changes nothing." };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        var command = new Command("init", Help) { partitions, replication, dryRun, json };
        cluster.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (kafka, registry) = cluster.Read(parsed);
            var count = parsed.GetValue(partitions);
            if (count < 1)
            {
                throw new ConfigurationException([$"--partitions '{count}': must be 1 or more; 4 is a good start."]);
            }

            using var client = new SchemaRegistryClient(registry);
            var setup = new ChainSetup(kafka, client);
            var report = await RunAsync(kafka, setup, setup.Specify(count, parsed.GetValue(replication)), parsed.GetValue(dryRun), cancellation);
            Answer.Write(report, InitJson.Default.InitReport, parsed.GetValue(json), Lines);
            return report.Good ? ExitCodes.Done : ExitCodes.Configuration;
        });
        return command;
    }

    private static async Task<InitReport> RunAsync(
        KafkaOptions kafka, ChainSetup setup, IReadOnlyList<TopicSpecification> wanted, bool dryRun, CancellationToken cancellation)
    {
        using var admin = new TopicAdmin(kafka);
        var topics = dryRun ? await admin.CompareAsync(wanted, cancellation) : await admin.EnsureAsync(wanted, cancellation);
        var told = topics.Select(topic => new InitTopic(
            topic.Name, topic.Status.ToString(), [.. topic.Differences.Select(difference => $"{difference.Setting} is {difference.Found}, should be {difference.Wanted}")])).ToArray();

        // With another partition count an entity's records would lie elsewhere than its state.
        if (dryRun || topics.Any(topic => topic.Differences.Any(difference => difference.Setting == "partitions")))
        {
            return new InitReport(told, [], []);
        }

        var ids = await setup.RegisterSchemasAsync(cancellation);
        var starts = await setup.DeclareFirstStartAsync(ids, cancellation);
        return new InitReport(
            told,
            [.. ids.Select(id => new InitSchema(new TopicNames(kafka.TopicPrefix).Of(id.Key), id.Value, id.Key.Compatibility.ToName()))],
            [.. starts.SelectMany(stage => stage.Value.Select(start => new InitStart(stage.Key.Service, start.Topic, start.Partition, start.Offset, start.AlreadyDeclared)))]);
    }

    private static IEnumerable<string> Lines(InitReport report)
    {
        foreach (var topic in report.Topics)
        {
            yield return $"topic   {topic.Name,-24} {topic.Status.ToLowerInvariant()}";
            foreach (var difference in topic.Differences)
            {
                yield return $"        {"",-24}   {difference}";
            }
        }

        foreach (var schema in report.Schemas)
        {
            yield return $"schema  {schema.Topic,-24} id {schema.Id}, {schema.Compatibility}";
        }

        foreach (var stage in report.Starts.GroupBy(start => start.Service))
        {
            var known = stage.Count(start => start.AlreadyDeclared);
            yield return $"start   {stage.Key,-24} {stage.Count() - known} partitions at the log's start, {known} go on where they were";
        }

        if (!report.Good)
        {
            yield return "Some topics are not as they should be. Change their settings with Kafka's own tools, or use another --prefix; a partition count cannot be changed.";
        }
    }
}

/// <summary>What was found and done.</summary>
internal sealed record InitReport(IReadOnlyList<InitTopic> Topics, IReadOnlyList<InitSchema> Schemas, IReadOnlyList<InitStart> Starts)
{
    public bool Good => Topics.All(topic => topic.Differences.Count == 0 && topic.Status != nameof(TopicStatus.Missing));
}

internal sealed record InitTopic(string Name, string Status, IReadOnlyList<string> Differences);

internal sealed record InitSchema(string Topic, int Id, string Compatibility);

internal sealed record InitStart(string Service, string Topic, int Partition, long Offset, bool AlreadyDeclared);

[JsonSerializable(typeof(InitReport))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class InitJson : JsonSerializerContext;
