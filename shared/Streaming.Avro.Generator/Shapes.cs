using System.Linq;

namespace Streaming.Avro.Generator;

/// <summary>How a schema looks in C#, and which schemas can be generated at all.</summary>
internal static class Shapes
{
    /// <summary>The branch of a union with null that is not null.</summary>
    public static AvroSchema? NullableOf(AvroSchema schema) =>
        schema is UnionSchema { Branches: { Count: 2 } branches } && branches.Any(branch => branch.Kind == AvroSchemaKind.Null)
            ? branches.First(branch => branch.Kind != AvroSchemaKind.Null)
            : null;

    /// <summary>Position of the branch of a union with null that is not null.</summary>
    public static int ValueBranch(AvroSchema schema) => ((UnionSchema)schema).Branches[0].Kind == AvroSchemaKind.Null ? 1 : 0;

    /// <returns>Why a type cannot be generated; null where it can.</returns>
    public static string? Unsupported(AvroSchema schema) => schema switch
    {
        RecordSchema record => record.Fields
            .Select(field => Unsupported(field.Schema) is { } reason ? $"field '{field.Name}': {reason}" : null)
            .FirstOrDefault(reason => reason is not null),
        ArraySchema array => Unsupported(array.Items),
        MapSchema map => Unsupported(map.Values),
        UnionSchema => NullableOf(schema) is { } value
            ? Unsupported(value)
            : "within a record, only unions of null and one other type are generated",
        FixedSchema => "fixed is not generated; use bytes",
        { Kind: AvroSchemaKind.Null } => "null alone is not generated",
        _ => null,
    };

    public static string TypeOf(AvroSchema schema) => schema switch
    {
        NamedSchema named => named.Name,
        ArraySchema array => TypeOf(array.Items) + "[]",
        MapSchema map => $"IReadOnlyDictionary<string, {TypeOf(map.Values)}>",
        UnionSchema => TypeOf(NullableOf(schema)!) + "?",
        _ => schema.Kind switch
        {
            AvroSchemaKind.Boolean => "bool",
            AvroSchemaKind.Int => "int",
            AvroSchemaKind.Long => "long",
            AvroSchemaKind.Float => "float",
            AvroSchemaKind.Double => "double",
            AvroSchemaKind.Bytes => "byte[]",
            _ => "string",
        },
    };

    /// <summary>The method of reader and writer for a scalar, such as <c>Double</c> of <c>ReadDouble</c>; null for what is no scalar.</summary>
    public static string? Scalar(AvroSchema schema) => schema.Kind switch
    {
        AvroSchemaKind.Boolean or AvroSchemaKind.Int or AvroSchemaKind.Long or AvroSchemaKind.Float or AvroSchemaKind.Double => schema.Kind.ToString(),
        _ => null,
    };

    /// <summary>The writer's method for a whole array of scalars; null where there is none.</summary>
    public static string? ScalarArray(AvroSchema schema) => (schema as ArraySchema)?.Items.Kind switch
    {
        AvroSchemaKind.Double => "WriteDoubles",
        AvroSchemaKind.Int => "WriteInts",
        AvroSchemaKind.Long => "WriteLongs",
        _ => null,
    };

    /// <summary>The field's documentation: what the schema says, the unit of a time, the default.</summary>
    public static string Doc(RecordField field)
    {
        var doc = field.Doc ?? $"The schema's {field.Name}.";
        var value = NullableOf(field.Schema) ?? field.Schema;
        if (value.LogicalType == "timestamp-millis")
        {
            doc += " In milliseconds since 1970, UTC.";
        }

        return field.Default is null ? doc : doc + $" Default: {SchemaText.Write(field.Default)}.";
    }

}
