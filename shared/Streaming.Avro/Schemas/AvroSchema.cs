using System;
using System.Collections.Generic;

namespace Streaming.Avro;

/// <summary>A schema: immutable, complete in itself, never recursive, and bounded in size when written out.</summary>
public abstract class AvroSchema : IEquatable<AvroSchema>
{
    // A few named types that use each other twice each grow exponentially when written out; nothing real comes near these.
    internal const int MaxNodes = 1 << 12;
    internal const int MaxDepth = 64;

    private string? _text;
    private string? _canonicalText;

    private protected AvroSchema(AvroSchemaKind kind, string? logicalType, int minBytes, int nodes, int depth)
    {
        Kind = kind;
        LogicalType = logicalType;
        MinBytes = minBytes;
        Nodes = nodes;
        Depth = depth;
    }

    /// <summary>Which of Avro's types it is.</summary>
    public AvroSchemaKind Kind { get; }

    /// <summary>The meaning laid over the type, such as <c>timestamp-millis</c>; null for none.</summary>
    public string? LogicalType { get; }

    /// <summary>The fewest bytes that a value can take.</summary>
    public int MinBytes { get; }

    /// <summary>The whole schema as JSON without white space, named types where they first appear; documentation, defaults, aliases and
    /// logical types kept. Equal schemas have equal texts.</summary>
    public string Text => _text ??= SchemaText.Write(this);

    /// <summary>Avro's parsing canonical form: what decides how bytes are read, and nothing else.</summary>
    public string CanonicalText => _canonicalText ??= SchemaText.WriteCanonical(this);

    /// <summary>How many types it has when every named type is written out where it is used.</summary>
    internal int Nodes { get; }

    /// <summary>How deep they are nested.</summary>
    internal int Depth { get; }

    /// <summary>Reads a schema.</summary>
    /// <param name="json">Its text.</param>
    /// <param name="resolver">Gives named types that the text refers to and does not define, by full name; null where there is none.</param>
    /// <exception cref="AvroSchemaException">The text is not a schema, or is recursive, or is too large when written out.</exception>
    public static AvroSchema Parse(string json, Func<string, AvroSchema?>? resolver = null) =>
        new SchemaParser(resolver).Parse(JsonParser.Parse(json));

    /// <summary>Reads a schema that may be bad.</summary>
    /// <param name="json">Its text.</param>
    /// <param name="schema">The schema.</param>
    /// <param name="error">What is wrong with it and where.</param>
    public static bool TryParse(string json, out AvroSchema? schema, out string? error)
    {
        try
        {
            schema = Parse(json);
            error = null;
            return true;
        }
        catch (AvroSchemaException exception)
        {
            schema = null;
            error = exception.Message;
            return false;
        }
    }

    /// <inheritdoc/>
    public bool Equals(AvroSchema? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as AvroSchema);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <summary>The same as <see cref="Text"/>.</summary>
    public override string ToString() => Text;
}

/// <summary>A type without parts.</summary>
public sealed class PrimitiveSchema : AvroSchema
{
    internal PrimitiveSchema(AvroSchemaKind kind, string? logicalType = null)
        : base(kind, logicalType, MinBytesOf(kind), nodes: 1, depth: 1)
    {
    }

    private static int MinBytesOf(AvroSchemaKind kind) => kind switch
    {
        AvroSchemaKind.Null => 0,
        AvroSchemaKind.Float => 4,
        AvroSchemaKind.Double => 8,
        _ => 1,
    };
}

/// <summary>A type with a name: record, enum or fixed.</summary>
public abstract class NamedSchema : AvroSchema
{
    private protected NamedSchema(AvroSchemaKind kind, SchemaName name, IReadOnlyList<string> aliases, string? doc, string? logicalType, int minBytes, int nodes, int depth)
        : base(kind, logicalType, minBytes, nodes, depth)
    {
        Name = name.Name;
        Namespace = name.Namespace;
        FullName = name.FullName;
        Aliases = aliases;
        Doc = doc;
    }

    /// <summary>The name without its namespace.</summary>
    public string Name { get; }

    /// <summary>The namespace; empty for none.</summary>
    public string Namespace { get; }

    /// <summary>Namespace and name.</summary>
    public string FullName { get; }

    /// <summary>Full names under which writers may know the type.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>What it is, for people.</summary>
    public string? Doc { get; }
}

/// <summary>Named fields in an order.</summary>
public sealed class RecordSchema : NamedSchema
{
    internal RecordSchema(SchemaName name, IReadOnlyList<string> aliases, string? doc, IReadOnlyList<RecordField> fields, int minBytes, int nodes, int depth)
        : base(AvroSchemaKind.Record, name, aliases, doc, null, minBytes, nodes, depth) => Fields = fields;

    /// <summary>The fields, in the order of their bytes.</summary>
    public IReadOnlyList<RecordField> Fields { get; }
}

/// <summary>A field of a record.</summary>
public sealed class RecordField
{
    internal RecordField(string name, AvroSchema schema, JsonValue? defaultValue, IReadOnlyList<string> aliases, string? doc)
    {
        Name = name;
        Schema = schema;
        Default = defaultValue;
        Aliases = aliases;
        Doc = doc;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The type.</summary>
    public AvroSchema Schema { get; }

    /// <summary>Whether a reader has a value for it where the writer had none.</summary>
    public bool HasDefault => Default is not null;

    /// <summary>Names under which writers may know the field.</summary>
    public IReadOnlyList<string> Aliases { get; }

    /// <summary>What it is, for people.</summary>
    public string? Doc { get; }

    internal JsonValue? Default { get; }
}

/// <summary>One of some symbols.</summary>
public sealed class EnumSchema : NamedSchema
{
    internal EnumSchema(SchemaName name, IReadOnlyList<string> aliases, string? doc, IReadOnlyList<string> symbols, string? defaultSymbol)
        : base(AvroSchemaKind.Enum, name, aliases, doc, null, minBytes: 1, nodes: 1, depth: 1)
    {
        Symbols = symbols;
        DefaultSymbol = defaultSymbol;
    }

    /// <summary>The symbols, by their positions.</summary>
    public IReadOnlyList<string> Symbols { get; }

    /// <summary>What a reader takes for a symbol that it does not know; null for nothing.</summary>
    public string? DefaultSymbol { get; }
}

/// <summary>A fixed number of bytes.</summary>
public sealed class FixedSchema : NamedSchema
{
    internal FixedSchema(SchemaName name, IReadOnlyList<string> aliases, string? doc, string? logicalType, int size)
        : base(AvroSchemaKind.Fixed, name, aliases, doc, logicalType, minBytes: size, nodes: 1, depth: 1) => Size = size;

    /// <summary>How many bytes.</summary>
    public int Size { get; }
}

/// <summary>Values of one type in an order.</summary>
public sealed class ArraySchema : AvroSchema
{
    internal ArraySchema(AvroSchema items)
        : base(AvroSchemaKind.Array, null, minBytes: 1, items.Nodes + 1, items.Depth + 1) => Items = items;

    /// <summary>The type of each item.</summary>
    public AvroSchema Items { get; }
}

/// <summary>Values of one type by name.</summary>
public sealed class MapSchema : AvroSchema
{
    internal MapSchema(AvroSchema values)
        : base(AvroSchemaKind.Map, null, minBytes: 1, values.Nodes + 1, values.Depth + 1) => Values = values;

    /// <summary>The type of each value.</summary>
    public AvroSchema Values { get; }
}

/// <summary>A value of one of some types.</summary>
public sealed class UnionSchema : AvroSchema
{
    internal UnionSchema(IReadOnlyList<AvroSchema> branches, int nodes, int depth)
        : base(AvroSchemaKind.Union, null, minBytes: 1, nodes, depth) => Branches = branches;

    /// <summary>The types, by their positions.</summary>
    public IReadOnlyList<AvroSchema> Branches { get; }
}
