using System.Buffers;
using System.Text;
using System.Text.Json;
using Streaming.Avro;

namespace Streaming.Cli.Reading;

/// <summary>Shows the Avro body of any schema as JSON; bytes as hexadecimal digits, numbers that JSON lacks as text.</summary>
internal static class AvroJson
{
    // What readers of JSON take without being asked to; deeper values are for people who have their schema at hand.
    private const int MostDepth = 60;

    /// <summary>The value; null where the bytes do not follow the schema, or where it is nested deeper than readers of JSON go.</summary>
    public static JsonElement? Decode(AvroSchema schema, ReadOnlySpan<byte> body)
    {
        if (DepthOf(schema) > MostDepth)
        {
            return null;
        }

        var reader = new AvroReader(body, AvroLimits.Default);
        var bytes = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(bytes);
        Write(schema, ref reader, writer);
        if (reader.End() != AvroStatus.Ok)
        {
            return null;
        }

        writer.Flush();
        using var document = JsonDocument.Parse(bytes.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static int DepthOf(AvroSchema schema) => schema switch
    {
        RecordSchema record => 1 + record.Fields.Select(field => DepthOf(field.Schema)).DefaultIfEmpty().Max(),
        UnionSchema union => union.Branches.Select(DepthOf).DefaultIfEmpty().Max(),
        ArraySchema array => 1 + DepthOf(array.Items),
        MapSchema map => 1 + DepthOf(map.Values),
        _ => 0,
    };

    private static void Write(AvroSchema schema, ref AvroReader reader, Utf8JsonWriter json)
    {
        switch (schema)
        {
            case RecordSchema record:
                json.WriteStartObject();
                foreach (var field in record.Fields)
                {
                    json.WritePropertyName(field.Name);
                    Write(field.Schema, ref reader, json);
                }

                json.WriteEndObject();
                break;
            case EnumSchema symbols:
                json.WriteStringValue(reader.ReadEnum(symbols.Symbols.Count) is var index && reader.IsOk ? symbols.Symbols[index] : "");
                break;
            case FixedSchema bytes:
                json.WriteStringValue(Convert.ToHexStringLower(reader.ReadFixed(bytes.Size)));
                break;
            case UnionSchema union:
                Write(union.Branches[reader.ReadBranch(union.Branches.Count) is var branch && reader.IsOk ? branch : 0], ref reader, json);
                break;
            case ArraySchema array:
                json.WriteStartArray();
                WriteItems(array.Items, named: false, ref reader, json);
                json.WriteEndArray();
                break;
            case MapSchema map:
                json.WriteStartObject();
                WriteItems(map.Values, named: true, ref reader, json);
                json.WriteEndObject();
                break;
            default:
                WritePrimitive(schema.Kind, ref reader, json);
                break;
        }
    }

    private static void WriteItems(AvroSchema items, bool named, ref AvroReader reader, Utf8JsonWriter json)
    {
        var total = 0;
        while (reader.ReadBlock(total, items.MinBytes + (named ? 1 : 0)) is var count && count > 0 && reader.IsOk)
        {
            total += count;
            for (var i = 0; i < count; i++)
            {
                if (named)
                {
                    json.WritePropertyName(Encoding.UTF8.GetString(reader.ReadUtf8()));
                }

                Write(items, ref reader, json);
                if (!reader.IsOk)
                {
                    return;
                }
            }
        }
    }

    private static void WritePrimitive(AvroSchemaKind kind, ref AvroReader reader, Utf8JsonWriter json)
    {
        switch (kind)
        {
            case AvroSchemaKind.Boolean:
                json.WriteBooleanValue(reader.ReadBoolean());
                break;
            case AvroSchemaKind.Int:
                json.WriteNumberValue(reader.ReadInt());
                break;
            case AvroSchemaKind.Long:
                json.WriteNumberValue(reader.ReadLong());
                break;
            case AvroSchemaKind.Float:
                WriteNumber(reader.ReadFloat(), json);
                break;
            case AvroSchemaKind.Double:
                WriteNumber(reader.ReadDouble(), json);
                break;
            case AvroSchemaKind.Bytes:
                json.WriteStringValue(Convert.ToHexStringLower(reader.ReadBytes()));
                break;
            case AvroSchemaKind.String:
                json.WriteStringValue(reader.ReadString());
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private static void WriteNumber(double value, Utf8JsonWriter json)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteStringValue(double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
        }
    }
}
