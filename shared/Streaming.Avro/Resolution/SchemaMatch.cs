namespace Streaming.Avro.Resolution;

/// <summary>Which types Avro lets a reader take for which of a writer, told by kind and name alone, without their parts.</summary>
internal static class SchemaMatch
{
    /// <summary>Whether a writer's named type is the reader's: by name without namespace, or by an alias of the reader's.</summary>
    public static bool Names(NamedSchema writer, NamedSchema reader) =>
        writer.Name == reader.Name || reader.Aliases.Contains(writer.FullName);

    /// <summary>The writer's field for one of the reader's: by name, else by an alias of the reader's; -1 where there is none.</summary>
    public static int WriterField(RecordSchema writer, RecordField field)
    {
        var byAlias = -1;
        for (var i = 0; i < writer.Fields.Count; i++)
        {
            if (writer.Fields[i].Name == field.Name)
            {
                return i;
            }

            if (byAlias < 0 && field.Aliases.Contains(writer.Fields[i].Name))
            {
                byAlias = i;
            }
        }

        return byAlias;
    }

    /// <summary>Whether a value of one kind is read as another.</summary>
    public static bool Promotes(AvroSchemaKind writer, AvroSchemaKind reader) => writer switch
    {
        AvroSchemaKind.Int => reader is AvroSchemaKind.Long or AvroSchemaKind.Float or AvroSchemaKind.Double,
        AvroSchemaKind.Long => reader is AvroSchemaKind.Float or AvroSchemaKind.Double,
        AvroSchemaKind.Float => reader is AvroSchemaKind.Double,
        AvroSchemaKind.String => reader is AvroSchemaKind.Bytes,
        AvroSchemaKind.Bytes => reader is AvroSchemaKind.String,
        _ => false,
    };

    /// <summary>The reader's branch for a type of the writer's: the first of the same kind and name, else the first that it is promoted to;
    /// -1 where there is none.</summary>
    public static int Branch(AvroSchema writer, UnionSchema reader)
    {
        for (var i = 0; i < reader.Branches.Count; i++)
        {
            var branch = reader.Branches[i];
            if (branch.Kind == writer.Kind && (branch is not NamedSchema named || Names((NamedSchema)writer, named)))
            {
                return i;
            }
        }

        for (var i = 0; i < reader.Branches.Count; i++)
        {
            if (Promotes(writer.Kind, reader.Branches[i].Kind))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>What a writer's value would be taken for by mistake, where both say what their numbers mean; null where nothing is wrong.
    /// Avro itself would read microseconds as milliseconds.</summary>
    public static string? OtherMeaning(AvroSchema writer, AvroSchema reader) =>
        writer.LogicalType is { } written && reader.LogicalType is { } wanted && written != wanted
            ? $"the writer's values are {written}, the reader's {wanted}: another meaning of the same bytes"
            : null;

    /// <summary>A type in words, for messages.</summary>
    public static string Describe(AvroSchema schema)
    {
        var kind = schema.Kind.ToString().ToLowerInvariant();
        return schema is NamedSchema named ? $"{kind} '{named.FullName}'" : kind;
    }
}
