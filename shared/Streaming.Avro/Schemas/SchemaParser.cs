using System;
using System.Collections.Generic;
using System.Linq;

namespace Streaming.Avro;

/// <summary>Turns JSON into a schema. One instance knows the types of one text, or of a set of texts that refer to each other.</summary>
internal sealed class SchemaParser
{
    private static readonly IReadOnlyList<string> NoAliases = Array.Empty<string>();

    private readonly Dictionary<string, NamedSchema> _known = new();
    private readonly HashSet<string> _begun = new();
    private readonly Func<string, AvroSchema?>? _resolver;

    public SchemaParser(Func<string, AvroSchema?>? resolver) => _resolver = resolver;

    public AvroSchema Parse(JsonValue json) => Parse(json, "");

    private AvroSchema Parse(JsonValue json, string nameSpace)
    {
        var schema = json.Kind switch
        {
            JsonKind.String => PrimitiveKind(json.Text) is { } kind ? new PrimitiveSchema(kind) : Refer(json, nameSpace),
            JsonKind.Array => ParseUnion(json, nameSpace),
            JsonKind.Object => ParseObject(json, nameSpace),
            _ => throw json.Fault("a schema is a name, an object or an array of branches"),
        };
        return Bounded(schema, json);
    }

    private static AvroSchema Bounded(AvroSchema schema, JsonValue json) =>
        schema.Nodes > AvroSchema.MaxNodes ? throw json.Fault($"a schema may have {AvroSchema.MaxNodes} types at most when every named type is written out")
        : schema.Depth > AvroSchema.MaxDepth ? throw json.Fault($"a schema may be nested {AvroSchema.MaxDepth} deep at most")
        : schema;

    private static AvroSchemaKind? PrimitiveKind(string name) => name switch
    {
        "null" => AvroSchemaKind.Null,
        "boolean" => AvroSchemaKind.Boolean,
        "int" => AvroSchemaKind.Int,
        "long" => AvroSchemaKind.Long,
        "float" => AvroSchemaKind.Float,
        "double" => AvroSchemaKind.Double,
        "bytes" => AvroSchemaKind.Bytes,
        "string" => AvroSchemaKind.String,
        _ => null,
    };

    private AvroSchema Refer(JsonValue json, string nameSpace)
    {
        var name = SchemaName.Of(json.Text, nameSpace).FullName;
        if (_known.TryGetValue(name, out var known))
        {
            return known;
        }

        return _begun.Contains(name)
            ? throw json.Fault($"type '{name}' contains itself; recursive schemas are refused, since a value of one has no bound")
            : Resolve(name, json) ?? throw json.Fault($"type '{name}' is not defined");
    }

    private AvroSchema? Resolve(string name, JsonValue json)
    {
        try
        {
            return _resolver?.Invoke(name);
        }
        catch (AvroSchemaException fault)
        {
            // The place that counts for this text is the reference.
            throw json.Fault(fault.Rule);
        }
    }

    private AvroSchema ParseObject(JsonValue json, string nameSpace)
    {
        var type = Required(json, "type");
        if (type.Kind != JsonKind.String)
        {
            return Parse(type, nameSpace);
        }

        if (PrimitiveKind(type.Text) is { } kind)
        {
            return new PrimitiveSchema(kind, Text(json, "logicalType"));
        }

        return type.Text switch
        {
            "array" => new ArraySchema(Parse(Required(json, "items"), nameSpace)),
            "map" => new MapSchema(Parse(Required(json, "values"), nameSpace)),
            "record" or "error" or "enum" or "fixed" => ParseNamed(json, type.Text, nameSpace),
            _ => Refer(type, nameSpace),
        };
    }

    private NamedSchema ParseNamed(JsonValue json, string type, string nameSpace)
    {
        var written = Required(json, "name");
        var name = SchemaName.Of(TextOf(written), Text(json, "namespace") ?? nameSpace);
        if (!SchemaName.IsValidFull(name.FullName) || PrimitiveKind(name.FullName) is not null)
        {
            throw written.Fault($"'{name.FullName}' is not a name: letters, digits and underscores, not a digit first, and no primitive type");
        }

        if (!_begun.Add(name.FullName))
        {
            throw written.Fault($"type '{name.FullName}' is defined twice");
        }

        var aliases = Aliases(json, alias => SchemaName.Of(alias, name.Namespace).FullName);
        try
        {
            NamedSchema schema = type switch
            {
                "enum" => ParseEnum(json, name, aliases),
                "fixed" => ParseFixed(json, name, aliases),
                _ => ParseRecord(json, name, aliases),
            };
            _known.Add(name.FullName, schema);
            return schema;
        }
        catch (AvroSchemaException)
        {
            // Of a set of texts, another may refer to it: that is no recursion.
            _begun.Remove(name.FullName);
            throw;
        }
    }

    private RecordSchema ParseRecord(JsonValue json, SchemaName name, IReadOnlyList<string> aliases)
    {
        var fields = new List<RecordField>();
        var names = new HashSet<string>();
        var (minBytes, nodes, depth) = (0L, 1L, 0);
        foreach (var item in ArrayOf(Required(json, "fields")))
        {
            var field = ParseField(item, name.Namespace);
            foreach (var used in field.Aliases.Concat(new[] { field.Name }))
            {
                if (!names.Add(used))
                {
                    throw item.Fault($"field name '{used}' is used twice in '{name.FullName}'");
                }
            }

            fields.Add(field);
            minBytes += field.Schema.MinBytes;
            nodes += field.Schema.Nodes;
            depth = Math.Max(depth, field.Schema.Depth);
        }

        return new RecordSchema(name, aliases, Text(json, "doc"), fields, Capped(minBytes), Capped(nodes), depth + 1);
    }

    private RecordField ParseField(JsonValue json, string nameSpace)
    {
        if (json.Kind != JsonKind.Object)
        {
            throw json.Fault("a field is an object");
        }

        var name = Required(json, "name");
        if (!SchemaName.IsValid(TextOf(name)))
        {
            throw name.Fault($"'{name.Text}' is not a field name: letters, digits and underscores, not a digit first");
        }

        var schema = Parse(Required(json, "type"), nameSpace);
        var defaultValue = json.Member("default");
        if (defaultValue is not null && SchemaDefault.Fault(schema, defaultValue) is { } fault)
        {
            throw defaultValue.Fault($"the default of field '{name.Text}' {fault}");
        }

        return new RecordField(name.Text, schema, defaultValue, Aliases(json, alias => alias), Text(json, "doc"));
    }

    private static EnumSchema ParseEnum(JsonValue json, SchemaName name, IReadOnlyList<string> aliases)
    {
        var symbols = new List<string>();
        var names = new HashSet<string>();
        foreach (var item in ArrayOf(Required(json, "symbols")))
        {
            if (!SchemaName.IsValid(TextOf(item)))
            {
                throw item.Fault($"'{item.Text}' is not a symbol: letters, digits and underscores, not a digit first");
            }

            if (!names.Add(item.Text))
            {
                throw item.Fault($"symbol '{item.Text}' is used twice in '{name.FullName}'");
            }

            symbols.Add(item.Text);
        }

        if (symbols.Count == 0)
        {
            throw json.Fault("an enum has at least one symbol");
        }

        var defaultSymbol = Text(json, "default");
        return defaultSymbol is null || names.Contains(defaultSymbol)
            ? new EnumSchema(name, aliases, Text(json, "doc"), symbols, defaultSymbol)
            : throw json.Member("default")!.Fault($"the default '{defaultSymbol}' is not a symbol of '{name.FullName}'");
    }

    private static FixedSchema ParseFixed(JsonValue json, SchemaName name, IReadOnlyList<string> aliases)
    {
        var size = Required(json, "size");
        return size.TryGetLong(out var bytes) && bytes is >= 0 and <= int.MaxValue
            ? new FixedSchema(name, aliases, Text(json, "doc"), Text(json, "logicalType"), (int)bytes)
            : throw size.Fault("the size of a fixed is a whole number of bytes");
    }

    private UnionSchema ParseUnion(JsonValue json, string nameSpace)
    {
        var branches = new List<AvroSchema>();
        var names = new HashSet<string>();
        var (nodes, depth) = (1L, 0);
        foreach (var item in json.Items)
        {
            var branch = Parse(item, nameSpace);
            if (branch.Kind == AvroSchemaKind.Union)
            {
                throw item.Fault("a union may not directly hold a union");
            }

            var name = (branch as NamedSchema)?.FullName ?? branch.Kind.ToString();
            if (!names.Add(name))
            {
                throw item.Fault($"a union may have '{name}' only once");
            }

            branches.Add(branch);
            nodes += branch.Nodes;
            depth = Math.Max(depth, branch.Depth);
        }

        return branches.Count > 0
            ? new UnionSchema(branches, Capped(nodes), depth + 1)
            : throw json.Fault("a union has at least one branch");
    }

    private static IReadOnlyList<string> Aliases(JsonValue json, Func<string, string> fullName) =>
        json.Member("aliases") is { } aliases ? ArrayOf(aliases).Select(alias => fullName(TextOf(alias))).ToArray() : NoAliases;

    private static JsonValue Required(JsonValue json, string name) => json.Member(name) ?? throw json.Fault($"'{name}' is missing");

    private static List<JsonValue> ArrayOf(JsonValue json) =>
        json.Kind == JsonKind.Array ? json.Items : throw json.Fault("an array is expected");

    private static string TextOf(JsonValue json) => json.Kind == JsonKind.String ? json.Text : throw json.Fault("a string is expected");

    private static string? Text(JsonValue json, string name) => json.Member(name) is { } member ? TextOf(member) : null;

    private static int Capped(long value) => (int)Math.Min(value, int.MaxValue / 2);
}
