using System.Linq;

namespace Streaming.Avro.Generator;

/// <summary>Writes the C# enum of a schema's enum, and its symbols as they stand in JSON and in messages.</summary>
internal static class EnumEmitter
{
    public static void Emit(CodeText code, EnumSchema schema)
    {
        code.Summary(schema.Doc ?? $"The schema's {schema.FullName}.").Open($"public enum {schema.Name}");
        foreach (var symbol in schema.Symbols)
        {
            code.Line($"/// <summary><c>{symbol}</c>.</summary>").Line(Names.Pascal(symbol) + ",");
        }

        code.Close().Line();
        EmitSymbols(code, schema);
    }

    private static void EmitSymbols(CodeText code, EnumSchema schema)
    {
        code.Summary($"The symbols of {schema.Name}, as the schema writes them.").Open($"public static class {schema.Name}Symbols");
        code.Line($"private static readonly string[] Symbols = [{string.Join(", ", schema.Symbols.Select(Names.Literal))}];").Line();
        code.Summary("The symbol of a value.")
            .Line("/// <exception cref=\"IndexOutOfRangeException\">There is no such value.</exception>")
            .Line($"public static string ToSymbol(this {schema.Name} value) => Symbols[(int)value];").Line();
        code.Summary("The value of a symbol.").Line("/// <returns>False where there is no such symbol.</returns>")
            .Open($"public static bool TryParse(string? symbol, out {schema.Name} value)")
            .Line("var index = Array.IndexOf(Symbols, symbol);")
            .Line($"value = index < 0 ? default : ({schema.Name})index;")
            .Line("return index >= 0;")
            .Close().Close();
    }
}
