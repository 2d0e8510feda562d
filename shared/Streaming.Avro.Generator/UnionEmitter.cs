using System.Linq;

namespace Streaming.Avro.Generator;

/// <summary>Writes the type of a union that is a schema of its own: one of some records.</summary>
internal static class UnionEmitter
{
    /// <returns>Why the union cannot be generated; null where it can.</returns>
    public static string? Unsupported(UnionSchema schema) =>
        schema.Branches.All(branch => branch is RecordSchema) ? null : "a union that is a schema of its own must consist of records";

    public static void Emit(CodeText code, UnionSchema schema, string name)
    {
        var records = schema.Branches.Cast<RecordSchema>().Select(record => record.Name).ToArray();
        code.Summary($"Which record a {name} holds.").Open($"public enum {name}Branch");
        foreach (var record in records)
        {
            code.Summary($"The record {record}.").Line(record + ",");
        }

        code.Close().Line();
        code.Summary($"One of {string.Join(", ", records)}.").Open($"public sealed record class {name} : IAvroRecord<{name}>");
        RecordEmitter.EmitSchema(code, schema);
        EmitContent(code, name, records);
        EmitEncode(code, name, records);
        EmitDecode(code, name, records);
        code.Close();
    }

    private static void EmitContent(CodeText code, string name, string[] records)
    {
        foreach (var record in records)
        {
            code.Summary($"Holds the record {record}.").Open($"public {name}({record} value)")
                .Line("ArgumentNullException.ThrowIfNull(value);").Line($"{record} = value;").Line($"Branch = {name}Branch.{record};").Close().Line();
        }

        code.Summary("Which record it holds.").Line($"public {name}Branch Branch {{ get; }}").Line();
        foreach (var record in records)
        {
            code.Summary($"The {record}, if it holds one.").Line($"public {record}? {record} {{ get; }}").Line();
        }
    }

    private static void EmitEncode(CodeText code, string name, string[] records)
    {
        code.Summary("Writes which record follows.")
            .Line($"public static void WriteBranch(ref AvroWriter writer, {name}Branch branch) => writer.WriteEnum((int)branch, {records.Length});").Line();
        code.Line("/// <inheritdoc/>").Open($"public static void Encode(ref AvroWriter writer, {name} value)")
            .Line("ArgumentNullException.ThrowIfNull(value);").Line("WriteBranch(ref writer, value.Branch);").Open("switch (value.Branch)");
        foreach (var record in records)
        {
            code.Line($"case {name}Branch.{record}:").Line($"    {record}.Encode(ref writer, value.{record}!);").Line("    break;");
        }

        code.Close().Close().Line();
    }

    private static void EmitDecode(CodeText code, string name, string[] records)
    {
        code.Summary("Reads which record follows.").Open($"public static AvroStatus TryReadBranch(ref AvroReader reader, out {name}Branch branch)")
            .Line($"branch = ({name}Branch)reader.ReadBranch({records.Length});").Line("return reader.Status;").Close().Line();
        code.Line("/// <inheritdoc/>").Open($"public static AvroStatus TryDecode(ref AvroReader reader, out {name}? value)")
            .Line("value = null;").Open("if (TryReadBranch(ref reader, out var branch) != AvroStatus.Ok)").Line("return reader.Status;").Close().Line();
        code.Open("switch (branch)");
        foreach (var record in records)
        {
            code.Line($"case {name}Branch.{record} when {record}.TryDecode(ref reader, out var decoded) == AvroStatus.Ok:")
                .Line($"    value = new {name}(decoded!);").Line("    break;");
        }

        code.Close().Line().Line("return reader.Status;").Close();
    }
}
