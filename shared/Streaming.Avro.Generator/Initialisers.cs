namespace Streaming.Avro.Generator;

/// <summary>C# initialisers from a schema's defaults.</summary>
internal static class Initialisers
{
    /// <returns>The initialiser with its equals sign; empty where C#'s own default is the same; null where the value must be given.</returns>
    public static string? Of(RecordField field) => field.Default is { } value ? Of(field.Schema, value) : null;

    private static string? Of(AvroSchema schema, JsonValue value)
    {
        switch (schema)
        {
            case UnionSchema union:
                return union.Branches[0].Kind == AvroSchemaKind.Null ? "" : Of(union.Branches[0], value);
            case EnumSchema symbols:
                return $" = {symbols.Name}.{Names.Pascal(value.Text)};";
            case ArraySchema:
                return value.Items.Count == 0 ? " = [];" : null;
            case MapSchema map:
                return value.Members.Count == 0 ? $" = FrozenDictionary<string, {Shapes.TypeOf(map.Values)}>.Empty;" : null;
            case RecordSchema:
                return null;
        }

        return schema.Kind switch
        {
            AvroSchemaKind.Boolean => value.Kind == JsonKind.True ? " = true;" : "",
            AvroSchemaKind.Int or AvroSchemaKind.Long => value.Text == "0" ? "" : $" = {value.Text};",
            AvroSchemaKind.Float => $" = {value.Text}f;",
            AvroSchemaKind.Double => $" = {value.Text}d;",
            AvroSchemaKind.String => $" = {Names.Literal(value.Text)};",
            AvroSchemaKind.Bytes => value.Text.Length == 0 ? " = [];" : null,
            _ => null,
        };
    }
}
