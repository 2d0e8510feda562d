namespace Streaming.Avro.Generator;

/// <summary>Writes the statements that decode a value into a local variable.</summary>
internal sealed class DecodeEmitter
{
    private readonly CodeText _code;
    private int _locals;

    public DecodeEmitter(CodeText code) => _code = code;

    /// <returns>The expression that gives the value, where the reader has met no fault.</returns>
    public string Emit(AvroSchema schema)
    {
        var local = Local("value");
        switch (schema)
        {
            case RecordSchema record:
                _code.Line($"{record.Name}.TryDecode(ref reader, out var {local});");
                return local + "!";
            case EnumSchema symbols:
                _code.Line($"var {local} = ({symbols.Name})reader.ReadEnum({symbols.Symbols.Count});");
                return local;
            case ArraySchema { Items.Kind: AvroSchemaKind.Double }:
                _code.Line($"var {local} = AvroItems.ReadDoubles(ref reader);");
                return local;
            case ArraySchema array:
                EmitArray(array, local);
                return local;
            case MapSchema map:
                EmitMap(map, local);
                return local;
            case UnionSchema:
                EmitNullable(schema, local);
                return local;
        }

        var read = Shapes.Scalar(schema) is { } scalar ? $"Read{scalar}()"
            : schema.Kind == AvroSchemaKind.Bytes ? "ReadBytes().ToArray()"
            : "ReadString()";
        _code.Line($"var {local} = reader.{read};");
        return local;
    }

    private void EmitArray(ArraySchema schema, string local)
    {
        var count = Local("count");
        var block = Local("block");
        _code.Line($"var {local} = Array.Empty<{Shapes.TypeOf(schema.Items)}>();").Line($"var {count} = 0;")
            .Open($"for (int {block}; ({block} = reader.ReadBlock({count}, {schema.Items.MinBytes})) > 0;)")
            .Line($"AvroItems.Grow(ref {local}, {count}, {block});")
            .Open($"for (; {block} > 0 && reader.IsOk; {block}--)");
        var item = Emit(schema.Items);
        _code.Line($"{local}[{count}++] = {item};").Close().Close()
            .Line($"{local} = AvroItems.Trim({local}, {count});");
    }

    private void EmitMap(MapSchema schema, string local)
    {
        var type = Shapes.TypeOf(schema.Values);
        var map = Local("map");
        var count = Local("count");
        var block = Local("block");
        var key = Local("key");
        var left = Local("left");
        _code.Line($"Dictionary<string, {type}>? {map} = null;").Line($"var {count} = 0;")
            .Open($"for (int {block}; ({block} = reader.ReadBlock({count}, {schema.Values.MinBytes + 1})) > 0; {count} += {block})")
            .Line($"{map} ??= new Dictionary<string, {type}>({block});")
            .Open($"for (var {left} = {block}; {left} > 0 && reader.IsOk; {left}--)")
            .Line($"var {key} = reader.ReadString();");
        var item = Emit(schema.Values);
        _code.Line($"{map}[{key}] = {item};").Close().Close()
            .Line($"var {local} = {map} ?? (IReadOnlyDictionary<string, {type}>)FrozenDictionary<string, {type}>.Empty;");
    }

    private void EmitNullable(AvroSchema schema, string local)
    {
        _code.Line($"{Shapes.TypeOf(schema)} {local} = null;").Open($"if (reader.ReadBranch(2) == {Shapes.ValueBranch(schema)})");
        var present = Emit(Shapes.NullableOf(schema)!);
        _code.Line($"{local} = {present};").Close();
    }

    private string Local(string name) => name + ++_locals;
}
