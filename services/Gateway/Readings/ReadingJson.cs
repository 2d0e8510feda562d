using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Streaming.Contracts;
using Streaming.Ingest;

namespace Streaming.Gateway.Readings;

/// <summary>Reads one reading of JSON. Only form is judged here; what a reading must be like is <see cref="ReadingCheck"/>'s.</summary>
internal static partial class ReadingJson
{
    private const string Known = "entity_id, event_time, metrics, scope, device_id, sequence, tags";

    /// <summary>The reading, or why there is none.</summary>
    public static (SensorReading? Reading, RefusedReading? Malformed) Read(JsonElement item)
    {
        try
        {
            return item.ValueKind == JsonValueKind.Object
                ? (ReadFields(item), null)
                : throw new FormException(null, $"a reading must be an object, not {Shown(item)}");
        }
        catch (FormException wrong)
        {
            return (null, new RefusedReading(DeadLetterReason.Malformed, wrong.Message, wrong.Field));
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair, say: text that is no Unicode.
            return (null, new RefusedReading(DeadLetterReason.Malformed, "a text is not valid Unicode", Field: null));
        }
    }

    private static SensorReading ReadFields(JsonElement item)
    {
        string? entity = null;
        long? time = null;
        IReadOnlyDictionary<string, double>? metrics = null;
        IReadOnlyDictionary<string, string> tags = new Dictionary<string, string>();
        string? device = null;
        long? sequence = null;
        var scope = Scope.Entity;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in item.EnumerateObject())
        {
            if (!seen.Add(field.Name))
            {
                throw new FormException(field.Name, $"{Cut(field.Name)} stands twice; each field may stand once");
            }

            switch (field.Name)
            {
                case "entity_id":
                    entity = Text(field);
                    break;
                case "event_time":
                    time = Time(field);
                    break;
                case "metrics":
                    metrics = Map(field, value => value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw Wrong(field, "numbers", value));
                    break;
                case "scope":
                    scope = Text(field) switch
                    {
                        "entity" => Scope.Entity,
                        "group" => Scope.Group,
                        var other => throw new FormException("scope", $"scope is '{Cut(other)}'; it must be entity or group"),
                    };
                    break;
                case "device_id":
                    device = field.Value.ValueKind == JsonValueKind.Null ? null : Text(field);
                    break;
                case "sequence":
                    sequence = field.Value.ValueKind == JsonValueKind.Null ? null : Whole(field);
                    break;
                case "tags":
                    tags = Map(field, value => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(field, "texts", value));
                    break;
                default:
                    throw new FormException(field.Name, $"there is no field '{Cut(field.Name)}'; known are {Known}");
            }
        }

        return new SensorReading
        {
            EntityId = entity ?? throw Missing("entity_id"),
            EventTime = time ?? throw Missing("event_time"),
            Metrics = metrics ?? throw Missing("metrics"),
            Scope = scope,
            DeviceId = device,
            Sequence = sequence,
            Tags = tags,
        };
    }

    private static string Text(JsonProperty field) =>
        field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString()! : throw new FormException(field.Name, $"{field.Name} must be a text, not {Shown(field.Value)}");

    private static long Whole(JsonProperty field) =>
        field.Value.ValueKind == JsonValueKind.Number && field.Value.TryGetInt64(out var whole) ? whole : throw new FormException(field.Name, $"{field.Name} must be a whole number of 64 bits, not {Shown(field.Value)}");

    private static long Time(JsonProperty field)
    {
        if (field.Value.ValueKind == JsonValueKind.Number)
        {
            return Whole(field);
        }

        var text = Text(field);
        var match = Rfc3339().Match(text);
        var zone = match.Groups["zone"].Value is "z" or "Z" ? "+00:00" : match.Groups["zone"].Value;
        return match.Success && DateTimeOffset.TryParseExact(
            $"{match.Groups["day"]}T{match.Groups["time"]}{zone}", "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
            ? moment.ToUnixTimeMilliseconds() + Milliseconds(match.Groups["part"].Value)
            : throw new FormException(field.Name, $"event_time is '{Cut(text)}'; it must be a moment after RFC 3339 with its zone, as 2026-03-01T12:00:00Z, or milliseconds since 1970 as a number");
    }

    private static long Milliseconds(string part) => part.Length == 0 ? 0 : int.Parse(part.PadRight(3, '0')[..3], NumberStyles.None, CultureInfo.InvariantCulture);

    private static Dictionary<string, T> Map<T>(JsonProperty field, Func<JsonElement, T> read)
    {
        if (field.Value.ValueKind != JsonValueKind.Object)
        {
            throw new FormException(field.Name, $"{field.Name} must be an object of names and values, not {Shown(field.Value)}");
        }

        var map = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var entry in field.Value.EnumerateObject())
        {
            if (!map.TryAdd(entry.Name, read(entry.Value)))
            {
                throw new FormException(field.Name, $"{field.Name} has '{Cut(entry.Name)}' twice; each name may stand once");
            }
        }

        return map;
    }

    private static FormException Wrong(JsonProperty field, string wanted, JsonElement value) => new(field.Name, $"{field.Name} must hold {wanted}, not {Shown(value)}");

    private static FormException Missing(string field) => new(field, $"{field} is missing; a reading must have entity_id, event_time and metrics");

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.Null => "null",
        JsonValueKind.String => $"the text '{Cut(value.GetString()!)}'",
        _ => Cut(value.GetRawText()),
    };

    private static string Cut(string text)
    {
        const int Most = 60;
        var clean = string.Concat(text.Take(Most).Select(letter => char.IsControl(letter) ? '�' : letter));
        return text.Length > Most ? clean + "…" : clean;
    }

    [GeneratedRegex(@"^(?<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?<time>[0-9]{2}:[0-9]{2}:[0-9]{2})(\.(?<part>[0-9]{1,18}))?(?<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Rfc3339();

    private sealed class FormException(string? field, string message) : Exception(message)
    {
        public string? Field { get; } = field;
    }
}
