using System.Collections.Generic;
using System.Linq;

namespace Streaming.Avro.Generator;

/// <summary>Writes the view of a record: its fields in place, without objects, all of it checked in one pass.</summary>
internal static class ViewEmitter
{
    // Inlined, the whole reading would fill the caller and leave the compiler no room to do well by either.
    private const string NoInlining = "[System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]";

    /// <returns>Why there can be no view; null where there can.</returns>
    public static string? Unsupported(RecordSchema schema) => schema.Fields
        .Where(field => Read(Shapes.NullableOf(field.Schema) ?? field.Schema) is null)
        .Select(field => $"field '{field.Name}': a view has scalars, strings, bytes, records, arrays of double, int or records, and maps of double, string or bytes")
        .FirstOrDefault();

    public static void Emit(CodeText code, RecordSchema schema)
    {
        var name = schema.Name + "View";
        code.Summary($"A {schema.Name} in place: nothing is copied, and everything was checked when it was read.").Open($"public readonly ref struct {name}");
        EmitConstructor(code, schema, name);
        code.Summary("The record's own bytes, to be copied as they are.").Line("public ReadOnlySpan<byte> Encoded { get; }").Line();
        foreach (var field in schema.Fields)
        {
            EmitProperty(code, field);
        }

        EmitTryRead(code, name);
        code.Close();
        if (schema.Fields.Count > 0)
        {
            EmitList(code, schema, name);
        }
    }

    private static void EmitConstructor(CodeText code, RecordSchema schema, string name)
    {
        code.Line($"internal {name}(scoped ref AvroReader reader)").Line("{").Line("    var start = reader.Position;");
        foreach (var field in schema.Fields)
        {
            var property = Target(field);
            if (Shapes.NullableOf(field.Schema) is { } value)
            {
                code.Line($"    if (reader.ReadBranch(2) == {Shapes.ValueBranch(field.Schema)})").Line("    {")
                    .Line($"        Has{Names.Pascal(field.Name)} = true;").Line($"        {property} = {Read(value)};").Line("    }");
            }
            else
            {
                code.Line($"    {property} = {Read(field.Schema)};");
            }
        }

        code.Line("    Encoded = reader.Slice(start, reader.Position);").Line("}").Line();
    }

    private static void EmitProperty(CodeText code, RecordField field)
    {
        var name = Names.Pascal(field.Name);
        var value = Shapes.NullableOf(field.Schema);
        if (value is not null)
        {
            code.Summary($"Whether there is a {field.Name}.").Line($"public bool Has{name} {{ get; }}").Line();
        }

        code.Summary(Shapes.Doc(field) + (value is null ? "" : $" Empty or 0 without Has{name}."));
        if ((value ?? field.Schema) is RecordSchema record)
        {
            // By reference, since a view is too large to be copied for each look at it.
            code.Line("[System.Diagnostics.CodeAnalysis.UnscopedRef]")
                .Line($"public ref readonly {record.Name}View {name} => ref _{Names.Parameter(field.Name).TrimStart('@')};").Line()
                .Line($"private readonly {record.Name}View _{Names.Parameter(field.Name).TrimStart('@')};").Line();
        }
        else
        {
            code.Line($"public {TypeOf(value ?? field.Schema)} {name} {{ get; }}").Line();
        }
    }

    private static void EmitTryRead(CodeText code, string name)
    {
        code.Summary("Reads a body that holds the record and nothing else.").Parameter("body", "The Avro body, without framing.")
            .Parameter("limits", "What it may ask for.").Parameter("view", "The record; not to be used after a fault.")
            .Line(NoInlining).Open($"public static AvroStatus TryRead(ReadOnlySpan<byte> body, in AvroLimits limits, out {name} view)")
            .Line("var reader = new AvroReader(body, limits);").Line($"view = new {name}(ref reader);").Line("return reader.End();").Close().Line();
        code.Summary("Reads the record from where a reader stands.").Parameter("reader", "Stands after the record on success.")
            .Parameter("view", "The record; not to be used after a fault.")
            .Line(NoInlining).Open($"public static AvroStatus TryRead(scoped ref AvroReader reader, out {name} view)")
            .Line($"view = new {name}(ref reader);").Line("return reader.Status;").Close();
    }

    private static void EmitList(CodeText code, RecordSchema schema, string name)
    {
        code.Line().Summary($"Some {schema.Name} records in place.").Open($"public readonly ref struct {name}List");
        code.Open($"internal {name}List(scoped ref AvroReader reader)").Line("var start = reader.Position;").Line("var count = 0;")
            .Open($"for (int block; (block = reader.ReadBlock(count, {schema.MinBytes})) > 0; count += block)")
            .Open("for (var left = block; left > 0 && reader.IsOk; left--)").Line($"_ = new {name}(ref reader);").Close().Close()
            .Line("Count = count;").Line("Encoded = reader.Slice(start, reader.Position);").Close().Line();
        code.Summary("How many there are.").Line("public int Count { get; }").Line()
            .Summary("The array's own bytes, to be copied as they are.").Line("public ReadOnlySpan<byte> Encoded { get; }").Line()
            .Summary("Goes through them.").Line("public Enumerator GetEnumerator() => new(Encoded);").Line();
        code.Summary("Goes through the records.").Open("public ref struct Enumerator")
            .Line("private AvroReader _reader;").Line("private int _left;").Line($"private {name} _current;").Line()
            .Open("internal Enumerator(ReadOnlySpan<byte> encoded)").Line("_reader = new AvroReader(encoded, AvroLimits.Trusted);").Close().Line()
            .Summary("The record.").Line("[System.Diagnostics.CodeAnalysis.UnscopedRef]").Line($"public readonly ref readonly {name} Current => ref _current;").Line()
            .Summary("Goes to the next.").Open("public bool MoveNext()")
            .Open($"if (_left == 0 && (_left = _reader.ReadBlock(0, {schema.MinBytes})) == 0)").Line("return false;").Close().Line()
            .Line("_left--;").Line($"_current = new {name}(ref _reader);").Line("return true;").Close().Close().Close();
    }

    private static string Target(RecordField field) =>
        (Shapes.NullableOf(field.Schema) ?? field.Schema) is RecordSchema ? "_" + Names.Parameter(field.Name).TrimStart('@') : Names.Pascal(field.Name);

    private static string? Read(AvroSchema schema) => schema switch
    {
        RecordSchema record => $"new {record.Name}View(ref reader)",
        EnumSchema symbols => $"({symbols.Name})reader.ReadEnum({symbols.Symbols.Count})",
        ArraySchema { Items: RecordSchema record } => $"new {record.Name}ViewList(ref reader)",
        ArraySchema or MapSchema => CollectionView(schema) is { } view ? $"new {view}(ref reader)" : null,
        { Kind: AvroSchemaKind.String } => "reader.ReadUtf8()",
        { Kind: AvroSchemaKind.Bytes } => "reader.ReadBytes()",
        _ => Shapes.Scalar(schema) is { } scalar ? $"reader.Read{scalar}()" : null,
    };

    private static string TypeOf(AvroSchema schema) => schema switch
    {
        ArraySchema { Items: RecordSchema record } => $"{record.Name}ViewList",
        ArraySchema or MapSchema => CollectionView(schema)!,
        { Kind: AvroSchemaKind.String or AvroSchemaKind.Bytes } => "ReadOnlySpan<byte>",
        _ => Shapes.TypeOf(schema),
    };

    private static string? CollectionView(AvroSchema schema) => schema switch
    {
        ArraySchema { Items.Kind: AvroSchemaKind.Double } => "AvroDoubleList",
        ArraySchema { Items.Kind: AvroSchemaKind.Int } => "AvroIntList",
        MapSchema { Values.Kind: AvroSchemaKind.Double } => "AvroDoubleMap",
        MapSchema { Values.Kind: AvroSchemaKind.String } => "AvroUtf8Map",
        MapSchema { Values.Kind: AvroSchemaKind.Bytes } => "AvroBytesMap",
        _ => null,
    };
}
