using System.Text.Json;
using Streaming.Cli.Rendering;
using Streaming.Contracts;

namespace Streaming.Cli.Publishing;

/// <summary>Readings of JSON lines, with the field names of the schema.</summary>
internal static class JsonReadings
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    public static IEnumerable<ReadingLine> Read(string file, LineCheck check)
    {
        var line = 0L;
        foreach (var text in TextLines.Read(file))
        {
            line++;
            if (!string.IsNullOrWhiteSpace(text))
            {
                yield return Parse(line, text, check);
            }
        }
    }

    private static ReadingLine Parse(long line, string text, LineCheck check)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Take(line, document.RootElement, check)
                : ReadingLine.Wrong(line, "the line", "must be a JSON object");
        }
        catch (InvalidOperationException)
        {
            return ReadingLine.Wrong(line, "the line", "a text in it is no Unicode, such as half of a surrogate pair");
        }
        catch (JsonException e)
        {
            return ReadingLine.Wrong(line, $"byte {e.BytePositionInLine + 1}", $"it is no JSON, or a name stands there twice: {e.Message}");
        }
    }

    private static ReadingLine Take(long line, JsonElement json, LineCheck check)
    {
        var reading = new SensorReading { EntityId = "", EventTime = long.MinValue, Metrics = new Dictionary<string, double>() };
        foreach (var field in json.EnumerateObject())
        {
            if (TakeField(ref reading, field.Name, field.Value) is { } rule)
            {
                return ReadingLine.Wrong(line, field.Name, rule);
            }
        }

        return reading.EventTime == long.MinValue ? ReadingLine.Wrong(line, "event_time", "it is missing") : check.Check(line, reading);
    }

    /// <summary>The rule that a field breaks; null where it breaks none.</summary>
    private static string? TakeField(ref SensorReading reading, string name, JsonElement value)
    {
        switch (name)
        {
            case "entity_id" when value.ValueKind == JsonValueKind.String:
                reading = reading with { EntityId = value.GetString()! };
                return null;
            case "event_time" when value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var time):
                reading = reading with { EventTime = time };
                return null;
            case "event_time" when value.ValueKind == JsonValueKind.String && TimeText.TryRead(value.GetString()!, out var time):
                reading = reading with { EventTime = time };
                return null;
            case "device_id" or "sequence" when value.ValueKind == JsonValueKind.Null:
                return null;
            case "device_id" when value.ValueKind == JsonValueKind.String:
                reading = reading with { DeviceId = value.GetString() };
                return null;
            case "sequence" when value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var sequence):
                reading = reading with { Sequence = sequence };
                return null;
            case "scope" when value.ValueKind == JsonValueKind.String && ScopeSymbols.TryParse(value.GetString(), out var scope):
                reading = reading with { Scope = scope };
                return null;
            case "metrics" when IsMapOf(value, JsonValueKind.Number):
                reading = reading with { Metrics = value.EnumerateObject().ToDictionary(metric => metric.Name, metric => metric.Value.GetDouble()) };
                return null;
            case "tags" when IsMapOf(value, JsonValueKind.String):
                reading = reading with { Tags = value.EnumerateObject().ToDictionary(tag => tag.Name, tag => tag.Value.GetString()!) };
                return null;
            default:
                return Rule(name);
        }
    }

    private static bool IsMapOf(JsonElement value, JsonValueKind kind) =>
        value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(item => item.Value.ValueKind == kind);

    private static string Rule(string field) => field switch
    {
        "entity_id" or "device_id" => "must be a string",
        "event_time" => "must be RFC 3339 with its offset, as \"2026-01-31T12:00:00Z\", or whole milliseconds since 1970",
        "sequence" => "must be a whole number of 64 bits, or null",
        "scope" => "must be \"entity\" or \"group\"",
        "metrics" => "must be an object of names to numbers",
        "tags" => "must be an object of names to strings",
        _ => "the schema has no such field; there are entity_id, event_time, metrics, scope, device_id, sequence, tags",
    };
}
