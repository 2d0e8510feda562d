namespace Streaming.Avro.Resolution;

/// <summary>Gives the Avro bytes of a field's default, which was checked when the schema was read.</summary>
internal static class DefaultEncoder
{
    public static byte[] Encode(RecordField field)
    {
        var buffer = new AvroBuffer();
        Encode(field.Schema, field.Default!, new AvroWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }

    private static void Encode(AvroSchema schema, JsonValue value, AvroWriter writer)
    {
        switch (schema)
        {
            case UnionSchema union:
                writer.WriteBranch(0);
                Encode(union.Branches[0], value, writer);
                break;
            case RecordSchema record:
                foreach (var field in record.Fields)
                {
                    Encode(field.Schema, value.Member(field.Name) ?? field.Default!, writer);
                }

                break;
            case ArraySchema array:
                writer.WriteBlock(value.Items.Count);
                foreach (var item in value.Items)
                {
                    Encode(array.Items, item, writer);
                }

                writer.WriteEnd();
                break;
            case MapSchema map:
                writer.WriteBlock(value.Members.Count);
                foreach (var member in value.Members)
                {
                    writer.WriteString(member.Key);
                    Encode(map.Values, member.Value, writer);
                }

                writer.WriteEnd();
                break;
            case EnumSchema symbols:
                writer.WriteEnum(symbols.Symbols.ToList().IndexOf(value.Text), symbols.Symbols.Count);
                break;
            case FixedSchema:
                writer.WriteRaw(Latin1(value));
                break;
            default:
                EncodePrimitive(schema.Kind, value, writer);
                break;
        }
    }

    private static void EncodePrimitive(AvroSchemaKind kind, JsonValue value, AvroWriter writer)
    {
        switch (kind)
        {
            case AvroSchemaKind.Boolean:
                writer.WriteBoolean(value.Kind == JsonKind.True);
                break;
            case AvroSchemaKind.Int or AvroSchemaKind.Long:
                _ = value.TryGetLong(out var whole);
                writer.WriteLong(whole);
                break;
            case AvroSchemaKind.Float:
                _ = value.TryGetDouble(out var single);
                writer.WriteFloat((float)single);
                break;
            case AvroSchemaKind.Double:
                _ = value.TryGetDouble(out var number);
                writer.WriteDouble(number);
                break;
            case AvroSchemaKind.Bytes:
                writer.WriteBytes(Latin1(value));
                break;
            case AvroSchemaKind.String:
                writer.WriteString(value.Text);
                break;
        }
    }

    // Avro's rule: a character of a default stands for the byte of its number.
    private static byte[] Latin1(JsonValue value) => System.Text.Encoding.Latin1.GetBytes(value.Text);
}
