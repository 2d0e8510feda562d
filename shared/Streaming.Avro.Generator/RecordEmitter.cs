using System.Linq;

namespace Streaming.Avro.Generator;

/// <summary>Writes the record class of a schema: its properties, its schema's text, its codec, its equality.</summary>
internal static class RecordEmitter
{
    public static void Emit(CodeText code, RecordSchema schema)
    {
        code.Summary(schema.Doc ?? $"The schema's {schema.FullName}.").Open($"public sealed record class {schema.Name} : IAvroRecord<{schema.Name}>");
        EmitSchema(code, schema);
        foreach (var field in schema.Fields)
        {
            var initialiser = Initialisers.Of(field);
            code.Summary(Shapes.Doc(field))
                .Line($"public {(initialiser is null ? "required " : "")}{Shapes.TypeOf(field.Schema)} {Names.Pascal(field.Name)} {{ get; init; }}{initialiser}")
                .Line();
        }

        EmitEncode(code, schema);
        FieldsEmitter.Emit(code, schema);
        EmitDecode(code, schema);
        EmitEquality(code, schema);
        code.Close();
    }

    public static void EmitSchema(CodeText code, AvroSchema schema)
    {
        code.Summary("The schema as JSON, complete in itself.")
            .Line($"public const string SchemaText = {Names.Literal(schema.Text)};").Line();
        code.Line("/// <inheritdoc/>").Line("public static AvroSchema Schema { get; } = AvroSchema.Parse(SchemaText);").Line();
    }

    private static void EmitEncode(CodeText code, RecordSchema schema)
    {
        code.Line("/// <inheritdoc/>").Open($"public static void Encode(ref AvroWriter writer, {schema.Name} value)").Line("ArgumentNullException.ThrowIfNull(value);");
        var encoder = new EncodeEmitter(code);
        foreach (var field in schema.Fields)
        {
            encoder.Emit(field.Schema, "value." + Names.Pascal(field.Name));
        }

        code.Close().Line();
    }

    private static void EmitDecode(CodeText code, RecordSchema schema)
    {
        code.Line("/// <inheritdoc/>").Open($"public static AvroStatus TryDecode(ref AvroReader reader, out {schema.Name}? value)");
        var decoder = new DecodeEmitter(code);
        var locals = schema.Fields.Select(field => decoder.Emit(field.Schema)).ToArray();
        code.Open("if (!reader.IsOk)").Line("value = null;").Line("return reader.Status;").Close().Line();
        code.Open($"value = new {schema.Name}");
        for (var i = 0; i < locals.Length; i++)
        {
            code.Line($"{Names.Pascal(schema.Fields[i].Name)} = {locals[i]},");
        }

        code.Close("};").Line("return AvroStatus.Ok;").Close().Line();
    }

    private static void EmitEquality(CodeText code, RecordSchema schema)
    {
        code.Line("/// <summary>Whether all fields are equal, arrays and maps by their content, doubles by their value or both NaN.</summary>")
            .Line($"public bool Equals({schema.Name}? other) => ReferenceEquals(this, other) || (other is not null");
        foreach (var field in schema.Fields)
        {
            var name = Names.Pascal(field.Name);
            code.Line($"    && AvroEquality.Equal({name}, other.{name})");
        }

        code.Line("    );").Line();
        code.Line("/// <inheritdoc/>").Open("public override int GetHashCode()").Line("var hash = new HashCode();");
        foreach (var field in schema.Fields.Where(field => HasValueEquality(field.Schema)))
        {
            code.Line($"hash.Add({Names.Pascal(field.Name)});");
        }

        code.Line("return hash.ToHashCode();").Close();
    }

    private static bool HasValueEquality(AvroSchema schema) =>
        (Shapes.NullableOf(schema) ?? schema).Kind is not (AvroSchemaKind.Array or AvroSchemaKind.Map or AvroSchemaKind.Bytes);
}
