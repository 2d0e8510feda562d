using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Streaming.Avro;
using Streaming.Avro.Registry;
using Streaming.Cli.Reading;
using Streaming.Cli.Rendering;
using Streaming.Hosting;

namespace Streaming.Cli.Commands;

/// <summary><c>streaming deadletters show</c>.</summary>
internal static class DeadLettersShow
{
    private const string Help = """
        Shows one refused record whole: reason, detail, headers, the original bytes as hexadecimal digits and, where they follow the schema that
        they name, decoded. It is named as 'deadletters list' does: by the topic, partition and offset at which it came. A record that several stages
        refused, or one stage again, is shown by its newest dead letter. A record of dead.letters that is no dead letter is named by its own place.

        Exit codes: 0 done; 78 the configuration is wrong; 64 wrong options; 130 interrupted; 1 there is no such dead letter, or anything else.

        Examples:
          streaming deadletters show sensor.raw/0/1234
          streaming deadletters show sensor.raw/0/1234 --json | jq -r .value | xxd -r -p > refused.avro     its bytes in a file
        """;

    public static Command Make()
    {
        var cluster = new ClusterOptions();
        var place = new Argument<string>("place") { Description = "TOPIC/PARTITION/OFFSET of the refused record." };
        var json = new Option<bool>("--json") { Description = "One JSON object instead of lines." };
        var command = new Command("show", Help) { place, json };
        cluster.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            var (kafka, registry) = cluster.Read(parsed);
            using var client = new SchemaRegistryClient(registry);
            StoredLetter? found = null;
            await foreach (var stored in new DeadLetterReader(kafka, client).ReadAsync(null, cancellation))
            {
                if (stored.RefusedAt >= (found?.RefusedAt ?? long.MinValue) && DeadLetterLine.PlaceOf(stored) == parsed.GetValue(place))
                {
                    found = stored;
                }
            }

            if (found is null)
            {
                throw new CommandException($"'{parsed.GetValue(place)}': there is no dead letter of this record; 'streaming deadletters list' names those that there are.");
            }

            Answer.Write(await OpenAsync(found, client, cancellation), DeadLettersJson.Default.DeadLetterWhole, parsed.GetValue(json), Lines);
            return ExitCodes.Done;
        });
        return command;
    }

    private static async Task<DeadLetterWhole> OpenAsync(StoredLetter found, SchemaRegistryClient registry, CancellationToken cancellation) => found.Letter is { } letter
        ? new DeadLetterWhole(
            DeadLetterLine.Of(found),
            letter.SchemaId,
            letter.Attempt,
            Hex(letter.Key),
            Hex(letter.Value),
            letter.Headers.ToDictionary(header => header.Key, header => Convert.ToHexStringLower(header.Value)),
            await DecodeAsync(registry, letter.Value, cancellation))
        : new DeadLetterWhole(DeadLetterLine.Of(found), SchemaId: null, Attempt: 0, Hex(found.Key), Hex(found.Value), new Dictionary<string, string>(), Decoded: null);

    private static async Task<JsonElement?> DecodeAsync(SchemaRegistryClient registry, byte[]? value, CancellationToken cancellation) =>
        ConfluentFraming.TryRead(value, out var id, out _)
        && await registry.FindByIdAsync(id, cancellation) is { } schema
        && AvroSchema.TryParse(schema.Text, out var writer, out _)
            ? AvroJson.Decode(writer!, value.AsSpan(ConfluentFraming.HeaderLength))
            : null;

    private static string? Hex(byte[]? bytes) => bytes is null ? null : Convert.ToHexStringLower(bytes);

    private static IEnumerable<string> Lines(DeadLetterWhole whole) =>
    [
        $"record    {whole.Letter.Place}",
        $"stage     {whole.Letter.Stage ?? "-"}",
        $"reason    {whole.Letter.Reason}",
        $"detail    {whole.Letter.Detail}",
        $"entity    {whole.Letter.EntityId ?? "-"}",
        $"appended  {whole.Letter.Appended ?? "-"}",
        $"refused   {whole.Letter.Refused}",
        $"stored    {whole.Letter.Stored}",
        $"attempt   {whole.Attempt.ToString(CultureInfo.InvariantCulture)}",
        $"schema    {whole.SchemaId?.ToString(CultureInfo.InvariantCulture) ?? "-"}",
        $"key       {whole.Key ?? "-"}",
        $"value     {whole.Value ?? "-"}",
        .. whole.Headers.Select(header => $"header    {header.Key} = {header.Value}"),
        $"decoded   {whole.Decoded?.ToString() ?? "-"}",
    ];
}

/// <summary>A dead letter with its bytes, as hexadecimal digits, and what they mean where that is known.</summary>
internal sealed record DeadLetterWhole(
    DeadLetterLine Letter, int? SchemaId, int Attempt, string? Key, string? Value, IReadOnlyDictionary<string, string> Headers, JsonElement? Decoded);
