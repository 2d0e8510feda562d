using System.Linq;

namespace Streaming.Avro;

/// <summary>Whether a JSON value can be a default of a schema.</summary>
internal static class SchemaDefault
{
    /// <returns>What is wrong with the value; null for nothing.</returns>
    public static string? Fault(AvroSchema schema, JsonValue value)
    {
        switch (schema)
        {
            case UnionSchema union:
                // Avro's rule: a default is a value of the first branch.
                return Fault(union.Branches[0], value);
            case RecordSchema record:
                return RecordFault(record, value);
            case ArraySchema array:
                return value.Kind == JsonKind.Array
                    ? value.Items.Select(item => Fault(array.Items, item)).FirstOrDefault(fault => fault is not null)
                    : "must be an array";
            case MapSchema map:
                return value.Kind == JsonKind.Object
                    ? value.Members.Select(member => Fault(map.Values, member.Value)).FirstOrDefault(fault => fault is not null)
                    : "must be an object";
            case EnumSchema symbols:
                return value.Kind == JsonKind.String && symbols.Symbols.Contains(value.Text) ? null : $"must be a symbol of '{symbols.FullName}'";
            case FixedSchema bytes:
                return IsBytes(value) && value.Text.Length == bytes.Size ? null : $"must be a string of {bytes.Size} characters up to U+00FF";
            default:
                return PrimitiveFault(schema.Kind, value);
        }
    }

    private static string? RecordFault(RecordSchema record, JsonValue value)
    {
        if (value.Kind != JsonKind.Object)
        {
            return "must be an object";
        }

        foreach (var field in record.Fields)
        {
            var given = value.Member(field.Name) ?? field.Default;
            if (given is null)
            {
                return $"has no value for '{field.Name}'";
            }

            if (Fault(field.Schema, given) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static string? PrimitiveFault(AvroSchemaKind kind, JsonValue value)
    {
        switch (kind)
        {
            case AvroSchemaKind.Null:
                return value.Kind == JsonKind.Null ? null : "must be null (of a union, a value of its first branch)";
            case AvroSchemaKind.Boolean:
                return value.Kind is JsonKind.True or JsonKind.False ? null : "must be true or false";
            case AvroSchemaKind.Int:
                return value.TryGetLong(out var number) && number == (int)number ? null : "must be a whole number of 32 bits";
            case AvroSchemaKind.Long:
                return value.TryGetLong(out _) ? null : "must be a whole number of 64 bits";
            case AvroSchemaKind.Float or AvroSchemaKind.Double:
                return value.Kind == JsonKind.Number ? null : "must be a number";
            case AvroSchemaKind.Bytes:
                return IsBytes(value) ? null : "must be a string of characters up to U+00FF";
            default:
                return value.Kind == JsonKind.String ? null : "must be a string";
        }
    }

    private static bool IsBytes(JsonValue value) => value.Kind == JsonKind.String && value.Text.All(character => character <= 0xFF);
}
