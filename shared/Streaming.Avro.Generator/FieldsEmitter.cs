using System.Collections.Generic;
using System.Linq;

namespace Streaming.Avro.Generator;

/// <summary>Writes EncodeFields: a record from its fields, without an object. Strings and arrays of scalars are spans; whatever else has parts is
/// given as its own Avro bytes, from a view or from a writer.</summary>
internal static class FieldsEmitter
{
    public static void Emit(CodeText code, RecordSchema schema)
    {
        var parameters = new List<string> { "ref AvroWriter into" };
        code.Summary($"Writes a {schema.Name} from its fields, without an object. Strings are UTF-8 and not checked here.").Parameter("into", "Where it goes.");
        foreach (var field in schema.Fields)
        {
            parameters.AddRange(Parameters(code, field));
        }

        code.Open($"public static void EncodeFields({string.Join(", ", parameters)})");
        foreach (var field in schema.Fields)
        {
            EmitField(code, field);
        }

        code.Close().Line();
    }

    private static string[] Parameters(CodeText code, RecordField field)
    {
        var name = Names.Parameter(field.Name);
        var documented = name.TrimStart('@');
        var nullable = Shapes.NullableOf(field.Schema);
        var value = nullable ?? field.Schema;
        if (IsDirect(value))
        {
            code.Parameter(documented, Shapes.Doc(field));
            return new[] { $"{Shapes.TypeOf(field.Schema)} {name}" };
        }

        var doc = Shapes.Doc(field) + (IsEncoded(value) ? " As its Avro bytes." : "");
        var span = $"ReadOnlySpan<{ItemType(value)}> {name}";
        if (nullable is null)
        {
            code.Parameter(documented, doc);
            return new[] { span };
        }

        code.Parameter("has" + Names.Pascal(field.Name), $"Whether there is a {field.Name}.").Parameter(documented, doc);
        return new[] { $"bool has{Names.Pascal(field.Name)}", span };
    }

    private static void EmitField(CodeText code, RecordField field)
    {
        var name = Names.Parameter(field.Name);
        var nullable = Shapes.NullableOf(field.Schema);
        if (nullable is null || IsDirect(nullable))
        {
            EmitValue(code, field.Schema, name);
            return;
        }

        var branch = Shapes.ValueBranch(field.Schema);
        code.Line($"into.WriteBranch(has{Names.Pascal(field.Name)} ? {branch} : {1 - branch});").Open($"if (has{Names.Pascal(field.Name)})");
        EmitValue(code, nullable, name);
        code.Close();
    }

    private static void EmitValue(CodeText code, AvroSchema schema, string name)
    {
        if (IsDirect(Shapes.NullableOf(schema) ?? schema))
        {
            new EncodeEmitter(code, "into", "Of" + name.TrimStart('@')).Emit(schema, name);
        }
        else
        {
            var method = schema.Kind switch
            {
                AvroSchemaKind.String => "WriteUtf8",
                AvroSchemaKind.Bytes => "WriteBytes",
                _ => Shapes.ScalarArray(schema) ?? "WriteRaw",
            };
            code.Line($"into.{method}({name});");
        }
    }

    private static bool IsDirect(AvroSchema schema) => Shapes.Scalar(schema) is not null || schema.Kind == AvroSchemaKind.Enum;

    private static bool IsEncoded(AvroSchema schema) =>
        schema.Kind is not (AvroSchemaKind.String or AvroSchemaKind.Bytes) && Shapes.ScalarArray(schema) is null;

    private static string ItemType(AvroSchema schema) => Shapes.ScalarArray(schema) is null ? "byte" : Shapes.TypeOf(((ArraySchema)schema).Items);
}
