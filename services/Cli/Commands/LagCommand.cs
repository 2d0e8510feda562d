using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Streaming.Cli.Rendering;
using Streaming.Contracts;
using Streaming.Hosting;
using Streaming.Kafka;

namespace Streaming.Cli.Commands;

/// <summary><c>streaming lag</c>: how far each stage is behind its inputs.</summary>
internal static class LagCommand
{
    private const string Help = """
        Shows for each stage and partition what it has committed, where the partition's committed records end, and how many offsets lie between
        (transactions' markers take offsets too). --watch shows it again every two seconds until Ctrl+C, on a terminal in the same place; with --json one
        object a line. A cluster that cannot be reached meanwhile is said on the error output, and asked again.

        Exit codes: 0 everything was read, whatever the lag is (with --watch: it was ended); 78 a stage has no first start or a topic is missing, or the
        configuration is wrong; 64 wrong options; 130 interrupted; 1 anything else.

        Examples:
          streaming lag --bootstrap localhost:9092
          streaming lag --watch
          streaming lag --json | jq '[.partitions[].lag] | add'                 the lag of the whole chain as one number
        """;

    private const string ClearScreen = "\e[H\e[2J";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    public static Command Make()
    {
        var cluster = new ClusterOptions(needsRegistry: false);
        var watch = new Option<bool>("--watch") { Description = "Again every two seconds, until Ctrl+C." };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        var command = new Command("lag", Help) { watch, json };
        cluster.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (kafka, _) = cluster.Read(parsed);
            using var admin = new TopicAdmin(kafka);
            if (parsed.GetValue(watch))
            {
                await WatchAsync(kafka, admin, parsed.GetValue(json), cancellation);
                return ExitCodes.Done;
            }

            var report = await LookAsync(kafka, admin, cancellation);
            Answer.Write(report, LagJson.Default.LagReport, parsed.GetValue(json), Lines);
            return report.Good ? ExitCodes.Done : ExitCodes.Configuration;
        });
        return command;
    }

    /// <summary>Shows it until it is interrupted, or nobody reads any more.</summary>
    private static async Task WatchAsync(KafkaOptions kafka, TopicAdmin admin, bool json, CancellationToken cancellation)
    {
        var clears = !json && !Console.IsOutputRedirected;
        try
        {
            while (true)
            {
                try
                {
                    var report = await LookAsync(kafka, admin, cancellation);
                    Answer.Write(report, LagJson.Default.LagReport, json, report => [.. clears ? new[] { ClearScreen + TimeText.Of(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()) } : [], .. Lines(report)]);
                }
                catch (WorkerException away) when (away.Kind == FailureKind.Retry)
                {
                    await Console.Error.WriteLineAsync($"streaming: {away.Message} Asking again.");
                }

                await Task.Delay(Pause, TimeProvider.System, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Ctrl+C is how a watch ends.
        }
    }

    private static async Task<LagReport> LookAsync(KafkaOptions kafka, TopicAdmin admin, CancellationToken cancellation)
    {
        var names = new TopicNames(kafka.TopicPrefix);
        var partitions = new List<PartitionLag>();
        var wrong = new List<string>();
        foreach (var stage in ChainStages.All)
        {
            foreach (var topic in stage.Inputs.Select(names.Of))
            {
                // Committed first: the end only grows, so that no lag comes out negative.
                var committed = await admin.CommittedAsync(stage.Group(kafka.TopicPrefix), topic, cancellation);
                var ranges = await admin.RangesAsync(topic, cancellation);
                if (ranges.Count == 0)
                {
                    wrong.Add($"{topic} does not exist; 'streaming init' makes it");
                }
                else if (committed.Count < ranges.Count)
                {
                    wrong.Add($"{stage.Service} has no committed offset for {ranges.Count - committed.Count} partitions of {topic}; 'streaming init' declares its first start");
                }

                partitions.AddRange(ranges.Select(range => Measure(stage, topic, range, committed)));
            }
        }

        return new LagReport(partitions, wrong);
    }

    private static PartitionLag Measure(ChainStage stage, string topic, PartitionRange range, IReadOnlyDictionary<int, long> committed) =>
        committed.TryGetValue(range.Partition, out var offset)
            ? new PartitionLag(stage.Service, topic, range.Partition, offset, range.End, Math.Max(0, range.End - offset))
            : new PartitionLag(stage.Service, topic, range.Partition, null, range.End, null);

    private static IEnumerable<string> Lines(LagReport report)
    {
        var table = new TextTable("stage", "topic", "partition", "committed", "end", "lag");
        foreach (var partition in report.Partitions)
        {
            table.Add(partition.Stage, partition.Topic, Text(partition.Partition), Text(partition.Committed), Text(partition.End), Text(partition.Lag));
        }

        return [.. table.Lines(), .. report.Wrong];
    }

    private static string Text(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "-";
}

/// <summary>The lag of every stage.</summary>
internal sealed record LagReport(IReadOnlyList<PartitionLag> Partitions, IReadOnlyList<string> Wrong)
{
    public bool Good => Wrong.Count == 0;
}

/// <summary>One partition of one stage's input; without a committed offset there is no lag.</summary>
internal sealed record PartitionLag(string Stage, string Topic, int Partition, long? Committed, long End, long? Lag);

[JsonSerializable(typeof(LagReport))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class LagJson : JsonSerializerContext;
