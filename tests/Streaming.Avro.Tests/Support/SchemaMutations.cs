using System.Text.Json.Nodes;

namespace Streaming.Avro.Tests;

/// <summary>Makes pairs of schemas that differ as schemas come to differ over time, compatibly or not.</summary>
internal sealed class SchemaMutations(int seed)
{
    private static readonly string[] Primitives = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];

    private readonly Random _random = new(seed);
    private int _added;

    /// <summary>A writer's schema and a reader's, both made from one.</summary>
    public (AvroSchema Writer, AvroSchema Reader) Pair(AvroSchema origin)
    {
        while (true)
        {
            var writer = JsonNode.Parse(origin.Text)!;
            var reader = JsonNode.Parse(origin.Text)!;
            for (var changes = _random.Next(1, 5); changes > 0; changes--)
            {
                Change(writer, reader, canRename: origin is RecordSchema);
            }

            // A change may have moved the definition of a type behind its first use, or left an impossible default: then another try.
            if (AvroSchema.TryParse(writer.ToJsonString(), out var from, out _) && AvroSchema.TryParse(reader.ToJsonString(), out var to, out _))
            {
                return (from!, to!);
            }
        }
    }

    private void Change(JsonNode writer, JsonNode reader, bool canRename)
    {
        var records = Definitions(writer, "record");
        var record = records[_random.Next(records.Count)];
        var fields = record["fields"]!.AsArray();
        switch (_random.Next(9))
        {
            case 0:
                Shuffle(fields);
                break;
            case 1 when fields.Count > 0:
                fields.RemoveAt(_random.Next(fields.Count));
                break;
            case 2:
                fields.Insert(_random.Next(fields.Count + 1), new JsonObject { ["name"] = $"extra_{_added++}", ["type"] = AnyType() });
                break;
            case 3 or 4 when fields.Count > 0:
                ChangeType(fields[_random.Next(fields.Count)]!.AsObject());
                break;
            case 5 when fields.Count > 0:
                Rename(record, fields[_random.Next(fields.Count)]!.AsObject(), reader);
                break;
            case 6 when canRename:
                RenameType(record, reader);
                break;
            default:
                ChangeSymbols(writer);
                break;
        }
    }

    private void ChangeType(JsonObject field)
    {
        field.Remove("default");
        var type = field["type"]!;
        field["type"] = type switch
        {
            JsonValue value when value.ToString() == "double" => Pick("float", "long", "int", "string"),
            JsonValue value when value.ToString() == "string" => Pick("bytes", "int"),
            JsonValue value when value.ToString() == "bytes" => "string",
            JsonObject { Count: 2 } value when value["logicalType"] is not null => Pick("int", "long", "double"),
            JsonArray union when _random.Next(2) == 0 => union[1]!.DeepClone(),
            JsonArray union => new JsonArray(union[1]!.DeepClone(), "null"),
            JsonObject value when value["values"] is not null && _random.Next(2) == 0 => new JsonObject { ["type"] = "map", ["values"] = Pick("float", "int", "string", "double") },
            JsonObject value when value["items"]?.ToString() == "double" => new JsonObject { ["type"] = "array", ["items"] = Pick("float", "int", "long", "string") },
            _ => new JsonArray("null", type.DeepClone()),
        };
    }

    private static void Rename(JsonObject record, JsonObject field, JsonNode reader)
    {
        var name = field["name"]!.ToString();
        field["name"] = name + "_of_old";
        var definition = Definitions(reader, "record").FirstOrDefault(other => other["name"]!.ToString() == record["name"]!.ToString());
        if (definition?["fields"]!.AsArray().FirstOrDefault(other => other!["name"]!.ToString() == name) is JsonObject readerField)
        {
            readerField["aliases"] = new JsonArray(name + "_of_old");
        }
    }

    private static void RenameType(JsonObject record, JsonNode reader)
    {
        var name = record["name"]!.ToString();
        if (Definitions(reader, "record").FirstOrDefault(other => other["name"]!.ToString() == name) is { } definition)
        {
            record["name"] = name + "OfOld";
            definition["aliases"] = new JsonArray($"streaming.{name}OfOld");
        }
    }

    private void ChangeSymbols(JsonNode writer)
    {
        var enums = Definitions(writer, "enum");
        if (enums.Count == 0)
        {
            return;
        }

        var symbols = enums[_random.Next(enums.Count)]["symbols"]!.AsArray();
        switch (_random.Next(3))
        {
            case 0:
                Shuffle(symbols);
                break;
            case 1:
                symbols.Insert(_random.Next(symbols.Count + 1), $"symbol_{_added++}");
                break;
            case 2 when symbols.Count > 1:
                symbols.RemoveAt(_random.Next(symbols.Count));
                break;
        }
    }

    private JsonNode AnyType(int depth = 3) => _random.Next(depth == 0 ? 3 : 0, 7) switch
    {
        0 => new JsonObject { ["type"] = "array", ["items"] = AnyType(depth - 1) },
        1 => new JsonObject { ["type"] = "map", ["values"] = AnyType(depth - 1) },
        2 => new JsonObject
        {
            ["type"] = "record", ["name"] = $"Extra{_added++}",
            ["fields"] = new JsonArray(new JsonObject { ["name"] = "a", ["type"] = AnyType(depth - 1) }, new JsonObject { ["name"] = "b", ["type"] = AnyType(depth - 1) }),
        },
        3 => new JsonObject { ["type"] = "fixed", ["name"] = $"Extra{_added++}", ["size"] = _random.Next(5) },
        _ => Primitives[_random.Next(Primitives.Length)],
    };

    private JsonNode Pick(params string[] names) => names[_random.Next(names.Length)];

    private void Shuffle(JsonArray items)
    {
        var nodes = items.Select(item => item!.DeepClone()).ToArray();
        _random.Shuffle(nodes);
        items.Clear();
        foreach (var node in nodes)
        {
            items.Add(node);
        }
    }

    private static List<JsonObject> Definitions(JsonNode? node, string type) => node switch
    {
        JsonArray items => [.. items.SelectMany(item => Definitions(item, type))],
        JsonObject found => [.. found["type"] is JsonValue value && value.ToString() == type && found["name"] is not null ? [found] : Array.Empty<JsonObject>(),
            .. found.Where(member => member.Key is "type" or "items" or "values" or "fields").SelectMany(member => Definitions(member.Value, type))],
        _ => [],
    };
}
