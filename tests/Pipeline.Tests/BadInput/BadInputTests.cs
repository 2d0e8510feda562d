using System.Security.Cryptography;
using System.Text.Json;
using Streaming.History.Rows;
using Streaming.Local.Sample;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests.BadInput;

/// <summary>Everything that should not be written, written into every topic while good readings pass: each bad record is answered, and the neighbours do not notice.</summary>
public sealed class BadInputTests(BadInputRun run, EmbeddedRun embedded, KafkaServer kafka, RegistryServer registry) : IClassFixture<BadInputRun>
{
    private const long MostBytes = 600L << 20;

    [Fact]
    public async Task Every_bad_record_gives_one_dead_letter_of_each_stage_that_reads_it_for_the_very_reason()
    {
        var outcome = await run.OutcomeAsync(kafka, registry);
        var letters = outcome.DeadLetters.ToLookup(PlaceOf);
        var wrong = new List<string>();
        foreach (var record in outcome.Sent.Where(record => record.Refused is not null))
        {
            var told = letters[record.Place].Select(letter => $"{Text(letter, "stage")}: {Text(letter, "reason")}").Order();
            var expected = record.Refused!.Select(refusal => $"{refusal.Key}: {refusal.Value}").Order();
            if (!told.SequenceEqual(expected))
            {
                wrong.Add($"'{record.Case}' in {record.Place} (key {record.Key ?? "null"}): expected [{string.Join("; ", expected)}], told [{string.Join("; ", letters[record.Place].Select(Shown))}]");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} of {outcome.Sent.Count}:\n{string.Join('\n', wrong.Take(60))}");
    }

    [Fact]
    public async Task A_dead_letter_has_the_original_bytes_key_headers_and_place()
    {
        var outcome = await run.OutcomeAsync(kafka, registry);
        var sent = outcome.Sent.ToDictionary(record => record.Place);
        Assert.NotEmpty(outcome.DeadLetters);
        foreach (var letter in outcome.DeadLetters)
        {
            Assert.True(sent.TryGetValue(PlaceOf(letter), out var record), $"Nothing bad was written to {PlaceOf(letter)}: {Shown(letter)}");
            Assert.Equal(record.SchemaId, letter.GetProperty("schema_id").ValueKind == JsonValueKind.Null ? null : letter.GetProperty("schema_id").GetInt32());
            Assert.Equal(0, letter.GetProperty("attempt").GetInt32());
            Assert.True(letter.GetProperty("append_time").GetInt64() > 0);
            Assert.True(Text(letter, "detail").Length is > 20 and < 1_200, $"'{record.Case}' is explained by '{Text(letter, "detail")}'");
            if (record.LeftInPlace)
            {
                Assert.Equal(JsonValueKind.Null, letter.GetProperty("value").ValueKind);
                Assert.Contains(record.Value!, Text(letter, "detail"), StringComparison.Ordinal);
                continue;
            }

            Assert.Equal(record.Key, letter.GetProperty("key").GetString());
            Assert.Equal(record.Value, letter.GetProperty("value").GetString() is { } hex ? Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(hex))) : null);
            Assert.Equal(record.Headers, letter.GetProperty("headers").EnumerateObject().ToDictionary(header => header.Name, header => header.Value.GetString()!));
        }
    }

    [Fact]
    public async Task Each_reading_and_each_mutation_of_one_is_either_passed_on_as_an_independent_decoder_reads_it_or_refused()
    {
        var outcome = await run.OutcomeAsync(kafka, registry);
        var refused = outcome.DeadLetters.Select(PlaceOf).ToHashSet();
        var passed = outcome.Readings
            .Where(record => record.TryGetProperty("reading", out _) && !record.GetProperty("copy").GetBoolean())
            .ToLookup(record => $"{outcome.RawTopic}/{Text(record, "source_partition")}/{Text(record, "source_offset")}", record => record.GetProperty("reading").GetRawText());
        var (accepted, mutations) = (0, 0);
        foreach (var record in outcome.Sent.Where(record => record.Topic == outcome.RawTopic))
        {
            var readings = passed[record.Place].ToArray();
            var shown = $"'{record.Case}' in {record.Place}: {string.Join("; ", readings)}";
            Assert.True((readings.Length == 1) != refused.Contains(record.Place), shown);
            if (readings.Length == 1)
            {
                Assert.True(record.Accepted == readings[0], $"{shown}, but fastavro reads {record.Accepted}");
            }

            mutations += record.Refused is null ? 1 : 0;
            accepted += record.Refused is null ? readings.Length : 0;
        }

        Assert.True(mutations >= 1_000 && accepted >= 100 && mutations - accepted >= 100, $"{accepted} of {mutations} mutations were accepted.");

        // Nothing is lost and nothing comes of nothing: what is in sensor.raw was passed on or refused.
        Assert.Equal(outcome.RawRecords, passed.Count + refused.Count(place => place.StartsWith(outcome.RawTopic + "/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_rooms_predictions_are_those_of_a_run_without_bad_input_to_the_bit()
    {
        var outcome = await run.OutcomeAsync(kafka, registry);
        var expected = SamplePredictions.Of(await embedded.PredictionsAsync());

        Assert.Equal(expected, SamplePredictions.Of(outcome.Predictions.Where(prediction => SamplePlan.Rooms.Contains(Text(prediction, "entity_id")))));
        Assert.Equal(expected, SamplePredictions.Of(outcome.Kept.Where(prediction => SamplePlan.Rooms.Contains(prediction.EntityId))));
    }

    [Fact]
    public async Task Every_service_goes_on_in_the_same_process_and_within_its_memory()
    {
        var outcome = await run.OutcomeAsync(kafka, registry);
        Assert.Equal(4, outcome.Services.Count);
        Assert.All(outcome.Services, service =>
        {
            Assert.False(service.HasExited, service.Output);
            Assert.Equal(0, service.Restarts);
            Assert.InRange(service.MostBytes, 1, MostBytes);
        });
    }

    private static string PlaceOf(JsonElement letter) => $"{Text(letter, "topic")}/{Text(letter, "partition")}/{Text(letter, "offset")}";

    private static string Shown(JsonElement letter) => $"{Text(letter, "stage")}: {Text(letter, "reason")}: {Text(letter, "detail")}";

    private static string Text(JsonElement record, string name) => record.GetProperty(name).ToString();
}
