namespace Streaming.Avro.Generator;

/// <summary>Writes the statements that encode a value.</summary>
internal sealed class EncodeEmitter
{
    private readonly CodeText _code;
    private readonly string _writer;
    private readonly string _suffix;
    private int _locals;

    /// <param name="code">Where they go.</param>
    /// <param name="writer">What the writer is called there.</param>
    /// <param name="suffix">Keeps the names of local variables apart from those of another emitter in the same method.</param>
    public EncodeEmitter(CodeText code, string writer = "writer", string suffix = "")
    {
        _code = code;
        _writer = writer;
        _suffix = suffix;
    }

    public void Emit(AvroSchema schema, string value)
    {
        if (Shapes.Scalar(schema) is { } scalar)
        {
            _code.Line($"{_writer}.Write{scalar}({value});");
            return;
        }

        switch (schema)
        {
            case RecordSchema record:
                _code.Line($"{record.Name}.Encode(ref {_writer}, {value});");
                break;
            case EnumSchema symbols:
                _code.Line($"{_writer}.WriteEnum((int){value}, {symbols.Symbols.Count});");
                break;
            case ArraySchema array:
                EmitArray(array, value);
                break;
            case MapSchema map:
                EmitMap(map, value);
                break;
            case UnionSchema:
                EmitNullable(schema, value);
                break;
            default:
                _code.Line(schema.Kind == AvroSchemaKind.Bytes ? $"{_writer}.WriteBytes({value});" : $"{_writer}.WriteString({value});");
                break;
        }
    }

    private void EmitArray(ArraySchema schema, string value)
    {
        if (Shapes.ScalarArray(schema) is { } whole)
        {
            _code.Line($"{_writer}.{whole}({value});");
            return;
        }

        var item = Local("item");
        _code.Line($"{_writer}.WriteBlock({value}.Length);").Open($"foreach (var {item} in {value})");
        Emit(schema.Items, item);
        _code.Close().Line($"{_writer}.WriteEnd();");
    }

    private void EmitMap(MapSchema schema, string value)
    {
        var map = Local("map");
        _code.Line($"{_writer}.WriteBlock({value}.Count);");

        // Through the interface, enumeration would allocate; the usual class is enumerated as itself.
        _code.Open($"if ({value} is Dictionary<string, {Shapes.TypeOf(schema.Values)}> {map})");
        EmitPairs(schema, map);
        _code.Close().Open("else");
        EmitPairs(schema, value);
        _code.Close().Line($"{_writer}.WriteEnd();");
    }

    private void EmitPairs(MapSchema schema, string map)
    {
        var pair = Local("pair");
        _code.Open($"foreach (var {pair} in {map})").Line($"{_writer}.WriteString({pair}.Key);");
        Emit(schema.Values, pair + ".Value");
        _code.Close();
    }

    private void EmitNullable(AvroSchema schema, string value)
    {
        var branch = Shapes.ValueBranch(schema);
        var local = Local("present");
        _code.Open($"if ({value} is {{ }} {local})").Line($"{_writer}.WriteBranch({branch});");
        Emit(Shapes.NullableOf(schema)!, local);
        _code.Close().Open("else").Line($"{_writer}.WriteBranch({1 - branch});").Close();
    }

    private string Local(string name) => name + ++_locals + _suffix;
}
