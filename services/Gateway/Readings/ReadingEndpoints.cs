using System.Text.Json;
using Confluent.Kafka;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Gateway.Http;
using Streaming.Gateway.Telemetry;
using Streaming.Ingest;

namespace Streaming.Gateway.Readings;

/// <summary><c>POST /v1/readings</c>: each reading is judged alone; those that are good are acknowledged when Kafka has them.</summary>
internal sealed class ReadingEndpoints(GatewayOptions options, IngestOptions ingest, ReadingPublisher publisher, TimeProvider clock, ILogger log)
{
    private readonly BodyBudget _budget = new(options.MaxPendingBytes);

    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/readings", PostAsync);

    private async Task PostAsync(HttpContext context)
    {
        using var share = _budget.Open();
        using var body = await ReadingsBody.ReadAsync(context, share, options.BodyTimeout, clock);
        if (body is null)
        {
            return;
        }

        if (ReadingsBody.ItemsOf(body.RootElement) is not { Count: > 0 } items)
        {
            await ReadingsBody.Malformed(context, """The body must be a reading, an array of readings, or {"readings": [ … ]} and nothing beside it, with at least one reading.""");
            return;
        }

        if (items.Count > options.MaxReadings)
        {
            await Problems.WriteAsync(
                context, StatusCodes.Status413PayloadTooLarge, "too-many-readings", "There are too many readings", $"There are {items.Count} readings; at most {options.MaxReadings} are allowed at once (Gateway:MaxReadings).");
            return;
        }

        try
        {
            await AnswerAsync(context, await PublishAsync(items.Items.ValueKind == JsonValueKind.Array ? [.. items.Items.EnumerateArray()] : [items.Items]));
        }
        catch (KafkaException away)
        {
            GatewayLog.NotDelivered(log, items.Count, away.Error.Reason);
            GatewayMeter.CountReadings("not acknowledged", items.Count);
            context.Response.Headers.RetryAfter = $"{Problems.RetrySeconds}";
            await Problems.WriteAsync(
                context,
                StatusCodes.Status503ServiceUnavailable,
                "not-acknowledged",
                "Kafka has not acknowledged the readings",
                "Some of them may have arrived. Send all of them again: a repeated reading with the same entity, device, time and sequence changes nothing.");
        }
    }

    private async Task<ReadingResult[]> PublishAsync(IReadOnlyList<JsonElement> items)
    {
        var results = new ReadingResult[items.Count];
        var good = new List<(int Index, SensorReading Reading, byte[] Value)>();
        var check = new ReadingCheck(ingest);
        var buffer = new AvroBuffer();
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        for (var index = 0; index < items.Count; index++)
        {
            var (reading, malformed) = ReadingJson.Read(items[index]);
            var value = reading is null ? [] : publisher.Encode(buffer, reading);
            if ((reading is null ? malformed : check.Check(value, now)) is { } refusal)
            {
                results[index] = ReadingResult.Refused(index, ProblemOf(index, refusal));
            }
            else
            {
                good.Add((index, reading!, value));
            }
        }

        using var trace = ReadingTrace.Begin(publisher.Topic, good.Count);
        var deliveries = good.ConvertAll(item => publisher.PublishAsync(item.Reading.EntityId, item.Value, trace.Next()));
        var places = await Task.WhenAll(deliveries);
        GatewayMeter.CountReadings("accepted", places.Length);
        GatewayMeter.CountReadings("refused", items.Count - places.Length);
        for (var i = 0; i < places.Length; i++)
        {
            results[good[i].Index] = ReadingResult.Accepted(good[i].Index, places[i].Partition.Value, places[i].Offset.Value);
        }

        return results;
    }

    private static Task AnswerAsync(HttpContext context, ReadingResult[] results)
    {
        Problem[] problems = [.. results.Where(result => result.Problem is not null).Select(result => result.Problem!)];
        if (problems.Length == results.Length)
        {
            return Problems.WriteAsync(context, new Problem(Problems.Type("readings-refused"), "Every reading was refused", StatusCodes.Status422UnprocessableEntity, problems[0].Detail) { Errors = problems });
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
        var answer = new ReadingsAnswer(results.Length - problems.Length, problems.Length, results);
        return context.Response.WriteAsJsonAsync(answer, GatewayJson.Default.ReadingsAnswer, cancellationToken: context.RequestAborted);
    }

    private static Problem ProblemOf(int index, RefusedReading refusal) =>
        new(Problems.Type("reading:" + KindOf(refusal.Reason)), "The reading breaks a rule", StatusCodes.Status422UnprocessableEntity, refusal.Detail) { Index = index, Field = refusal.Field };

    // TimeInFuture → time-in-future: the names of dead letters' reasons, written as URNs are.
    private static string KindOf(DeadLetterReason reason) => JsonNamingPolicy.KebabCaseLower.ConvertName(reason.ToString());
}
