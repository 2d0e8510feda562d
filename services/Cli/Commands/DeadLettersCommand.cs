using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Streaming.Avro;
using Streaming.Avro.Registry;
using Streaming.Cli.Reading;
using Streaming.Cli.Rendering;
using Streaming.Contracts;
using Streaming.Hosting;

namespace Streaming.Cli.Commands;

/// <summary><c>streaming deadletters</c>: what the stages refused, and why.</summary>
internal static class DeadLettersCommand
{
    private const string ListHelp = """
        Lists what stages refused, the newest last: where each record came from, which rule it broke.

        Exit codes: 0 done, whether there are any or not; 78 the configuration is wrong; 64 wrong options; 1 anything else.

        Example: streaming deadletters list --stage SensorIngest --reason not_framed --since 2026-01-31T12:00:00Z --limit 20
        """;

    private const string ShowHelp = """
        Shows one refused record whole: reason, detail, headers, the original bytes as hexadecimal digits and, where they follow the schema that
        they name, decoded. It is named as 'deadletters list' does: by the topic, partition and offset at which it came. A record that several stages
        refused, or one stage again, is shown by its newest dead letter.

        Exit codes: 0 done; 1 there is no such dead letter, or anything else; 78 the configuration is wrong; 64 wrong options.

        Example: streaming deadletters show sensor.raw/0/1234
        """;

    private const int DefaultLimit = 50;

    public static Command Make() => new("deadletters", "What the stages refused, and why.") { List(), Show() };

    private static Command List()
    {
        var cluster = new ClusterOptions();
        var limit = new Option<int>("--limit") { Description = "The newest so many.", DefaultValueFactory = _ => DefaultLimit };
        var stage = new Option<string?>("--stage") { Description = "Only of this stage, as SensorIngest." };
        var reason = new Option<string?>("--reason") { Description = $"Only for this reason: {string.Join(", ", Enum.GetValues<DeadLetterReason>().Select(value => value.ToSymbol()))}." };
        var since = new Option<string?>("--since") { Description = "Only those refused at this time or later; RFC 3339 or milliseconds since 1970." };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        var command = new Command("list", ListHelp) { limit, stage, reason, since, json };
        cluster.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (kafka, registry) = cluster.Read(parsed);
            var most = parsed.GetValue(limit);
            var (wantedReason, from) = Filter(parsed.GetValue(reason), parsed.GetValue(since), most);
            var wantedStage = IdOf(parsed.GetValue(stage));
            using var client = new SchemaRegistryClient(registry);
            var newest = new PriorityQueue<DeadLetterLine, (long RefusedAt, long Read)>();
            var matching = 0L;
            await foreach (var (letter, refusedAt) in new DeadLetterReader(kafka, client).ReadAsync(from, cancellation))
            {
                if ((wantedStage is not null && letter.Stage != wantedStage) || (wantedReason is { } why && letter.Reason != why))
                {
                    continue;
                }

                matching++;
                newest.Enqueue(DeadLetterLine.Of(letter), (refusedAt, matching));
                if (newest.Count > most)
                {
                    newest.Dequeue();
                }
            }

            var shown = new List<DeadLetterLine>(newest.Count);
            while (newest.TryDequeue(out var oldest, out _))
            {
                shown.Add(oldest);
            }

            Answer.Write(new DeadLetterList(matching, shown), DeadLettersJson.Default.DeadLetterList, parsed.GetValue(json), Lines);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Show()
    {
        var cluster = new ClusterOptions();
        var place = new Argument<string>("place") { Description = "TOPIC/PARTITION/OFFSET of the refused record." };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        var command = new Command("show", ShowHelp) { place, json };
        cluster.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (kafka, registry) = cluster.Read(parsed);
            using var client = new SchemaRegistryClient(registry);
            DeadLetter? found = null;
            var foundAt = long.MinValue;
            await foreach (var (letter, refusedAt) in new DeadLetterReader(kafka, client).ReadAsync(null, cancellation))
            {
                if (refusedAt >= foundAt && DeadLetterLine.PlaceOf(letter) == parsed.GetValue(place))
                {
                    (found, foundAt) = (letter, refusedAt);
                }
            }

            if (found is null)
            {
                await Console.Error.WriteLineAsync($"streaming: '{parsed.GetValue(place)}': there is no dead letter of this record; 'streaming deadletters list' names those that there are.");
                return ExitCodes.Failure;
            }

            var whole = new DeadLetterWhole(
                DeadLetterLine.Of(found),
                found.SchemaId,
                found.Attempt,
                Hex(found.Key),
                Hex(found.Value),
                found.Headers.ToDictionary(header => header.Key, header => Convert.ToHexStringLower(header.Value)),
                await DecodeAsync(client, found.Value, cancellation));
            Answer.Write(whole, DeadLettersJson.Default.DeadLetterWhole, parsed.GetValue(json), Lines);
            return ExitCodes.Done;
        });
        return command;
    }

    private static (DeadLetterReason? Reason, DateTimeOffset? Since) Filter(string? reason, string? since, int limit)
    {
        var errors = new List<string>();
        var wanted = DeadLetterReason.Unknown;
        var from = 0L;
        if (reason is not null && !DeadLetterReasonSymbols.TryParse(reason, out wanted))
        {
            errors.Add($"--reason '{reason}': there is no such reason; --help names them.");
        }

        if (since is not null && (!TimeText.TryRead(since, out from) || from < 0))
        {
            errors.Add($"--since '{since}': must be RFC 3339 with its offset, as 2026-01-31T12:00:00Z, or milliseconds since 1970.");
        }

        if (limit is < 1 or > 100_000)
        {
            errors.Add($"--limit '{limit}': must lie between 1 and 100000.");
        }

        return errors.Count > 0
            ? throw new ConfigurationException(errors)
            : (reason is null ? null : wanted, since is null ? null : DateTimeOffset.FromUnixTimeMilliseconds(from));
    }

    /// <summary>A stage as dead letters name it, from that or from its service's name.</summary>
    private static string? IdOf(string? stage) => stage is null ? null
        : ChainStages.All.FirstOrDefault(known => stage.Equals(known.Service, StringComparison.OrdinalIgnoreCase) || stage == known.Id)?.Id
        ?? throw new ConfigurationException([$"--stage '{stage}': must be one of {string.Join(", ", ChainStages.All.Select(known => known.Service))}."]);

    private static async Task<JsonElement?> DecodeAsync(SchemaRegistryClient registry, byte[]? value, CancellationToken cancellation) =>
        ConfluentFraming.TryRead(value, out var id, out _)
        && await registry.FindByIdAsync(id, cancellation) is { } schema
        && AvroSchema.TryParse(schema.Text, out var writer, out _)
            ? AvroJson.Decode(writer!, value.AsSpan(ConfluentFraming.HeaderLength))
            : null;

    private static string? Hex(byte[]? bytes) => bytes is null ? null : Convert.ToHexStringLower(bytes);

    private static IEnumerable<string> Lines(DeadLetterList list)
    {
        var table = new TextTable("record", "stage", "reason", "entity", "appended", "detail");
        foreach (var letter in list.DeadLetters)
        {
            table.Add(letter.Place, letter.Stage, letter.Reason, letter.EntityId ?? "-", letter.Appended ?? "-", letter.Detail);
        }

        return [.. table.Lines(), $"{list.DeadLetters.Count} of {list.Matching} dead letters."];
    }

    private static IEnumerable<string> Lines(DeadLetterWhole whole) =>
    [
        $"record    {whole.Letter.Place}",
        $"stage     {whole.Letter.Stage}",
        $"reason    {whole.Letter.Reason}",
        $"detail    {whole.Letter.Detail}",
        $"entity    {whole.Letter.EntityId ?? "-"}",
        $"appended  {whole.Letter.Appended ?? "-"}",
        $"attempt   {whole.Attempt.ToString(CultureInfo.InvariantCulture)}",
        $"schema    {whole.SchemaId?.ToString(CultureInfo.InvariantCulture) ?? "-"}",
        $"key       {whole.Key ?? "-"}",
        $"value     {whole.Value ?? "-"}",
        .. whole.Headers.Select(header => $"header    {header.Key} = {header.Value}"),
        $"decoded   {whole.Decoded?.ToString() ?? "-"}",
    ];
}

/// <summary>How many there are that were asked for, and the newest of them.</summary>
internal sealed record DeadLetterList(long Matching, IReadOnlyList<DeadLetterLine> DeadLetters);

/// <summary>A dead letter without its bytes.</summary>
internal sealed record DeadLetterLine(string Place, string Stage, string Reason, string Detail, string? EntityId, string? Appended)
{
    public static string PlaceOf(DeadLetter letter) => string.Create(CultureInfo.InvariantCulture, $"{letter.Topic}/{letter.Partition}/{letter.Offset}");

    public static DeadLetterLine Of(DeadLetter letter) => new(
        PlaceOf(letter), letter.Stage, letter.Reason.ToSymbol(), letter.Detail, letter.EntityId, letter.AppendTime is { } time ? TimeText.Of(time) : null);
}

/// <summary>A dead letter with its bytes, as hexadecimal digits, and what they mean where that is known.</summary>
internal sealed record DeadLetterWhole(
    DeadLetterLine Letter, int? SchemaId, int Attempt, string? Key, string? Value, IReadOnlyDictionary<string, string> Headers, JsonElement? Decoded);

[JsonSerializable(typeof(DeadLetterList))]
[JsonSerializable(typeof(DeadLetterWhole))]
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
internal sealed partial class DeadLettersJson : JsonSerializerContext;
