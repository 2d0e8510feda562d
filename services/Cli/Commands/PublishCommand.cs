using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;
using Streaming.Avro.Registry;
using Streaming.Cli.Publishing;
using Streaming.Cli.Rendering;
using Streaming.Contracts;
using Streaming.Hosting;
using Streaming.Ingest;
using Streaming.Kafka;
using Streaming.Registry;

namespace Streaming.Cli.Commands;

/// <summary><c>streaming publish</c>: readings of a file into <c>sensor.raw</c>.</summary>
internal static class PublishCommand
{
    private const string Help = """
        Publishes the readings of a file to sensor.raw, as a device would, keyed by entity, and waits until Kafka has stored them.
          FILE.csv    a header with entity_id, event_time and, where there are any, device_id, sequence, scope and tags.NAME for a tag NAME; every other
                      column is a metric. An empty cell is what was not measured or is not there. One record a line; quotes as in RFC 4180:
                        entity_id,event_time,sequence,tags.site,temperature,humidity
                        room-1,2026-01-31T12:00:00Z,1,north,21.5,
          FILE.jsonl  one object a line with the schema's field names: entity_id, event_time, metrics, scope, device_id, sequence, tags:
                        {"entity_id":"room-1","event_time":1769860800000,"sequence":1,"metrics":{"temperature":21.5}}
        Times are RFC 3339 with their offset (2026-01-31T12:00:00Z) or milliseconds since 1970.
        The whole file is checked before anything is sent, by the rules of SensorIngest's own settings as they come; if one line is wrong, nothing is
        sent and every wrong line is named (the first 100). With --skip-bad the wrong lines are named and counted, and the others sent.
        Repeating it is safe where readings carry a sequence: a repeated reading changes nothing downstream.

        Exit codes: 0 everything is sent (with --dry-run: everything is right); 65 lines are wrong (with --skip-bad: the others are sent); 78 the
        configuration is wrong or the file's header cannot be used; 64 wrong options; 130 interrupted (what was sent stays); 1 anything
        else.

        Examples:
          streaming publish readings.csv --dry-run                                         is every line right? Needs no cluster
          streaming publish readings.csv --bootstrap localhost:9092 --registry http://localhost:8081
          streaming publish readings.jsonl --rate 200 --skip-bad --json                    200 a second, wrong lines left out
        """;

    private const int NamedFaults = 100;
    private const int StepReadings = 500;

    public static Command Make()
    {
        var cluster = new ClusterOptions();
        var file = new Argument<FileInfo>("file") { Description = "The readings, as .csv or .jsonl." };
        var rate = new Option<double?>("--rate") { Description = "Readings per second; default: as fast as Kafka takes them." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Checks and counts, sends nothing, and needs no cluster." };
        var skipBad = new Option<bool>("--skip-bad") { Description = "Leaves wrong lines out and sends the others." };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        var command = new Command("publish", Help) { file, rate, dryRun, skipBad, json };
        cluster.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (source, perSecond) = (parsed.GetValue(file)!, parsed.GetValue(rate));
            Refuse(source, perSecond);
            var target = parsed.GetValue(dryRun) ? default((KafkaOptions Kafka, SchemaRegistryOptions Registry)?) : cluster.Read(parsed);
            var clock = TimeProvider.System;
            var check = new LineCheck(new IngestOptions(), clock);
            var (good, bad, faults) = Count(Lines(source, check), cancellation);
            var sends = target is not null && (bad == 0 || parsed.GetValue(skipBad));
            foreach (var fault in parsed.GetValue(json) ? [] : faults)
            {
                await Console.Error.WriteLineAsync($"{source.Name}, line {fault.Line}, {fault.Column}: {fault.Rule}");
            }

            var acknowledged = 0L;
            if (sends)
            {
                var (kafka, registry) = target!.Value;
                acknowledged = await SendAsync(kafka, registry, Lines(source, check), good, perSecond, clock, cancellation);
                if (acknowledged != good)
                {
                    throw new CommandException($"'{source}' changed while it was published: {good} readings had been checked, {acknowledged} were sent. Publish a file that nobody writes to.");
                }
            }

            var report = new PublishReport(source.FullName, good, bad, acknowledged, sends, faults);
            Answer.Write(report, PublishJson.Default.PublishReport, parsed.GetValue(json), Say);
            return bad == 0 ? ExitCodes.Done : CommandExit.BadInput;
        });
        return command;
    }

    private static void Refuse(FileInfo file, double? rate)
    {
        var errors = new List<string>();
        if (!file.Exists)
        {
            errors.Add($"'{file}': there is no such file.");
        }

        if (file.Extension is not (".csv" or ".jsonl"))
        {
            errors.Add($"'{file}': must end in .csv or .jsonl.");
        }

        if (rate is { } given && !(given > 0 && double.IsFinite(given)))
        {
            errors.Add($"--rate '{given}': must be above 0; leave it out for as fast as Kafka takes them.");
        }

        if (errors.Count > 0)
        {
            throw new ConfigurationException(errors);
        }
    }

    private static IEnumerable<ReadingLine> Lines(FileInfo file, LineCheck check) =>
        file.Extension == ".csv" ? CsvReadings.Read(file.FullName, check) : JsonReadings.Read(file.FullName, check);

    private static (long Good, long Bad, List<LineFault> Faults) Count(IEnumerable<ReadingLine> lines, CancellationToken cancellation)
    {
        var (good, bad, faults) = (0L, 0L, new List<LineFault>());
        foreach (var line in lines)
        {
            cancellation.ThrowIfCancellationRequested();
            if (line.Fault is null)
            {
                good++;
            }
            else if (++bad <= NamedFaults)
            {
                faults.Add(line.Fault);
            }
        }

        return (good, bad, faults);
    }

    private static async Task<long> SendAsync(
        KafkaOptions kafka, SchemaRegistryOptions registry, IEnumerable<ReadingLine> lines, long total, double? rate, TimeProvider clock, CancellationToken cancellation)
    {
        using var client = new SchemaRegistryClient(registry);
        var ids = await new SubjectSetup(client, new TopicNames(kafka.TopicPrefix)).FindAsync([Topics.SensorRaw], cancellation);
        using var publisher = new ReadingPublisher(kafka, ids[Topics.SensorRaw]);
        try
        {
            await ShowAsync(total, show => SendAllAsync(publisher, lines, rate, clock, show, cancellation));
        }
        catch (OperationCanceledException e)
        {
            throw new CommandException(
                $"interrupted. At least {publisher.Acknowledged} of {total} readings are stored; send the file again: what carries a sequence changes nothing the second time.", e, CommandExit.Interrupted);
        }

        return publisher.Acknowledged;
    }

    private static Task ShowAsync(long total, Func<Action<long>, Task> send)
    {
        if (Console.IsErrorRedirected)
        {
            return send(_ => { });
        }

        var screen = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return screen.Progress().StartAsync(progress =>
        {
            var bar = progress.AddTask("publishing", maxValue: Math.Max(1, total));
            return send(acknowledged => bar.Value = acknowledged);
        });
    }

    private static async Task SendAllAsync(
        ReadingPublisher publisher, IEnumerable<ReadingLine> lines, double? rate, TimeProvider clock, Action<long> show, CancellationToken cancellation)
    {
        var begin = clock.GetTimestamp();
        var sent = 0L;
        foreach (var line in lines.Where(line => line.Reading is not null))
        {
            if (rate is { } perSecond && TimeSpan.FromSeconds(sent / perSecond) - clock.GetElapsedTime(begin) is { Ticks: > 0 } early)
            {
                await Task.Delay(early, clock, cancellation);
            }

            await publisher.SendAsync(line.Reading!, cancellation);
            if (++sent % StepReadings == 0 || rate is not null)
            {
                show(publisher.Acknowledged);
            }
        }

        await publisher.FinishAsync(show, cancellation);
        show(publisher.Acknowledged);
    }

    private static IEnumerable<string> Say(PublishReport report)
    {
        yield return $"{report.Good} readings are right, {report.Bad} lines are wrong.";
        yield return report.Sent
            ? $"{report.Acknowledged} readings are stored in {Topics.SensorRaw.Name}."
            : "Nothing was sent.";
    }
}

/// <summary>What was found and sent; of the wrong lines the first 100.</summary>
internal sealed record PublishReport(string File, long Good, long Bad, long Acknowledged, bool Sent, IReadOnlyList<LineFault> Faults);

[JsonSerializable(typeof(PublishReport))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class PublishJson : JsonSerializerContext;
