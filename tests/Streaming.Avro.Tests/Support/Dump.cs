using System.Collections;
using System.Globalization;
using System.Text;

namespace Streaming.Avro.Tests;

/// <summary>
/// A value as one line of text that another program can make too: <c>n</c>, <c>t</c> or <c>f</c>, whole numbers, <c>d</c> and the bits of a
/// double, <c>s</c> or <c>b</c> and bytes in hex, <c>e</c> and a symbol, <c>[…]</c>, <c>{name:value}</c> by name, <c>(…)</c> for a record.
/// </summary>
internal static class Dump
{
    /// <summary>Of bytes, read by the schema alone, without any generated code.</summary>
    public static string Of(AvroSchema schema, ReadOnlySpan<byte> body)
    {
        var text = TryOf(schema, body);
        Assert.NotNull(text);
        return text;
    }

    /// <summary>Of bytes that may be bad; null where they are.</summary>
    public static string? TryOf(AvroSchema schema, ReadOnlySpan<byte> body)
    {
        var reader = new AvroReader(body, AvroLimits.Default);
        var text = Of(schema, ref reader);
        return reader.End() == AvroStatus.Ok ? text : null;
    }

    /// <summary>Of an object of a generated class, by its properties.</summary>
    public static string Of(AvroSchema schema, object? value) => schema switch
    {
        _ when value is null => "n",
        UnionSchema union when union.Branches.Any(branch => branch.Kind == AvroSchemaKind.Null) =>
            Of(union.Branches.First(branch => branch.Kind != AvroSchemaKind.Null), value),
        UnionSchema union => Of(union.Branches[(int)Property(value, "Branch")!], Property(value, Property(value, "Branch")!.ToString()!)),
        RecordSchema record => $"({string.Join(',', record.Fields.Select(field => Of(field.Schema, Property(value, Pascal(field.Name)))))})",
        EnumSchema symbols => "e" + symbols.Symbols[(int)value],
        ArraySchema array => $"[{string.Join(',', ((IEnumerable)value).Cast<object>().Select(item => Of(array.Items, item)))}]",
        MapSchema map => Map(Pairs(value).Select(pair => (Hex(Encoding.UTF8.GetBytes(pair.Name)), Of(map.Values, pair.Value)))),
        _ => Scalar(value),
    };

    private static string Of(AvroSchema schema, ref AvroReader reader)
    {
        switch (schema)
        {
            case RecordSchema record:
                var fields = new List<string>();
                foreach (var field in record.Fields)
                {
                    fields.Add(Of(field.Schema, ref reader));
                }

                return $"({string.Join(',', fields)})";
            case EnumSchema symbols:
                return "e" + symbols.Symbols[reader.ReadEnum(symbols.Symbols.Count)];
            case FixedSchema bytes:
                return "b" + Hex(reader.ReadFixed(bytes.Size));
            case ArraySchema array:
                return $"[{string.Join(',', Items(array.Items, ref reader, withNames: false).Select(item => item.Value))}]";
            case MapSchema map:
                return Map(Items(map.Values, ref reader, withNames: true));
            case UnionSchema union:
                return Of(union.Branches[reader.ReadBranch(union.Branches.Count)], ref reader);
            default:
                return Primitive(schema.Kind, ref reader);
        }
    }

    private static string Primitive(AvroSchemaKind kind, ref AvroReader reader) => kind switch
    {
        AvroSchemaKind.Null => "n",
        AvroSchemaKind.Boolean => Scalar(reader.ReadBoolean()),
        AvroSchemaKind.Int => Scalar(reader.ReadInt()),
        AvroSchemaKind.Long => Scalar(reader.ReadLong()),
        AvroSchemaKind.Float => Scalar((double)reader.ReadFloat()),
        AvroSchemaKind.Double => Scalar(reader.ReadDouble()),
        AvroSchemaKind.Bytes => "b" + Hex(reader.ReadBytes()),
        _ => "s" + Hex(reader.ReadUtf8()),
    };

    private static List<(string Name, string Value)> Items(AvroSchema items, ref AvroReader reader, bool withNames)
    {
        var all = new List<(string, string)>();
        for (int block; (block = reader.ReadBlock(all.Count, items.MinBytes)) > 0;)
        {
            for (; block > 0; block--)
            {
                all.Add((withNames ? Hex(reader.ReadUtf8()) : "", Of(items, ref reader)));
            }
        }

        return all;
    }

    private static string Map(IEnumerable<(string Name, string Value)> pairs) =>
        $"{{{string.Join(',', pairs.GroupBy(pair => pair.Name).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}:{pair.Last().Value}"))}}}";

    private static IEnumerable<(string Name, object? Value)> Pairs(object map) =>
        ((IEnumerable)map).Cast<object>().Select(pair => ((string)Property(pair, "Key")!, Property(pair, "Value")));

    private static object? Property(object value, string name) => value.GetType().GetProperty(name)!.GetValue(value);

    private static string Pascal(string name) => string.Concat(name.Split('_').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static string Scalar(object value) => value switch
    {
        bool boolean => boolean ? "t" : "f",
        // Every NaN is one: Python does not keep their bits apart.
        double number => "d" + (double.IsNaN(number) ? "nan" : BitConverter.DoubleToInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture)),
        string text => "s" + Hex(Encoding.UTF8.GetBytes(text)),
        byte[] bytes => "b" + Hex(bytes),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
