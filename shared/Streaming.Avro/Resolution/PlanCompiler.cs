namespace Streaming.Avro.Resolution;

/// <summary>Finds out, once for a pair of schemas, how each part of the writer's becomes the reader's.</summary>
internal static class PlanCompiler
{
    /// <returns>What carries a value over; null where the schemas do not match.</returns>
    public static Transcoder? Compile(AvroSchema writer, AvroSchema reader, string path, ref string? error)
    {
        if (writer is UnionSchema union)
        {
            return CompileWriterUnion(union, reader, path, ref error);
        }

        if (reader is UnionSchema choices)
        {
            var branch = SchemaMatch.Branch(writer, choices);
            if (branch < 0)
            {
                return Fault(ref error, path, $"the writer's {SchemaMatch.Describe(writer)} is none of the reader's branches");
            }

            return Compile(writer, choices.Branches[branch], path, ref error) is { } content ? new IntoBranchTranscoder(branch, content) : null;
        }

        if (SchemaMatch.OtherMeaning(writer, reader) is { } meaning)
        {
            return Fault(ref error, path, meaning);
        }

        return writer.Kind == reader.Kind ? CompileSame(writer, reader, path, ref error) : CompilePromotion(writer, reader, path, ref error);
    }

    private static Transcoder? CompileSame(AvroSchema writer, AvroSchema reader, string path, ref string? error)
    {
        if (writer is NamedSchema named && !SchemaMatch.Names(named, (NamedSchema)reader))
        {
            return Fault(ref error, path, $"the writer's {SchemaMatch.Describe(writer)} is not the reader's {SchemaMatch.Describe(reader)}, nor one of its aliases");
        }

        switch (writer, reader)
        {
            case (RecordSchema from, RecordSchema to):
                return RecordCompiler.Compile(from, to, path, ref error);
            case (EnumSchema from, EnumSchema to):
                return CompileEnum(from, to);
            case (FixedSchema from, FixedSchema to) when from.Size != to.Size:
                return Fault(ref error, path, $"the writer's '{from.FullName}' has {from.Size} bytes, the reader's {to.Size}");
            case (ArraySchema from, ArraySchema to):
                return Compile(from.Items, to.Items, path + "[]", ref error) switch
                {
                    null => null,
                    CopyTranscoder => new CopyTranscoder(Skipper.For(from)),
                    var item => new ArrayTranscoder(item, from.Items.MinBytes),
                };
            case (MapSchema from, MapSchema to):
                return Compile(from.Values, to.Values, path + "{}", ref error) switch
                {
                    null => null,
                    CopyTranscoder => new CopyTranscoder(Skipper.For(from)),
                    var item => new MapTranscoder(item, from.Values.MinBytes),
                };
            default:
                return new CopyTranscoder(Skipper.For(writer));
        }
    }

    private static Transcoder CompileEnum(EnumSchema writer, EnumSchema reader)
    {
        var symbols = reader.Symbols.ToList();
        var fallback = reader.DefaultSymbol is { } symbol ? symbols.IndexOf(symbol) : -1;
        var positions = writer.Symbols.Select(written => symbols.IndexOf(written) is >= 0 and var position ? position : fallback).ToArray();
        return positions.SequenceEqual(Enumerable.Range(0, positions.Length)) ? new CopyTranscoder(Skipper.For(writer)) : new EnumTranscoder(positions);
    }

    private static Transcoder? CompilePromotion(AvroSchema writer, AvroSchema reader, string path, ref string? error)
    {
        if (!SchemaMatch.Promotes(writer.Kind, reader.Kind))
        {
            return Fault(ref error, path, $"the writer's {SchemaMatch.Describe(writer)} cannot be read as {SchemaMatch.Describe(reader)}");
        }

        return (writer.Kind, reader.Kind) switch
        {
            (AvroSchemaKind.Float, _) => new FloatToDoubleTranscoder(),
            (_, AvroSchemaKind.Float) => new WholeToFloatTranscoder(),
            (_, AvroSchemaKind.Double) => new WholeToDoubleTranscoder(),
            _ => new CopyTranscoder(Skipper.For(writer)),
        };
    }

    private static Transcoder? CompileWriterUnion(UnionSchema writer, AvroSchema reader, string path, ref string? error)
    {
        // A branch that does not resolve is no fault of the schemas: only a value of that branch is one.
        string? first = null;
        var branches = new Transcoder?[writer.Branches.Count];
        for (var i = 0; i < branches.Length; i++)
        {
            string? fault = null;
            branches[i] = Compile(writer.Branches[i], reader, path, ref fault);
            first ??= fault;
        }

        if (branches.All(branch => branch is null))
        {
            error ??= first;
            return null;
        }

        var same = reader is UnionSchema && branches
            .Select((branch, i) => branch is IntoBranchTranscoder { Content: CopyTranscoder } into && into.Branch == i)
            .All(isSame => isSame);
        return same ? new CopyTranscoder(Skipper.For(writer)) : new UnionTranscoder(branches);
    }

    public static Transcoder? Fault(ref string? error, string path, string rule)
    {
        error ??= (path.Length == 0 ? "" : path + ": ") + rule;
        return null;
    }
}
