using System.Collections.Generic;
using System.Globalization;

namespace Streaming.Avro;

internal enum JsonKind
{
    Null,
    True,
    False,
    Number,
    String,
    Array,
    Object,
}

/// <summary>
/// A value of a JSON text, with its place. Written here and not taken from a library, because the same files are compiled into the source
/// generator, which can load none.
/// </summary>
internal sealed class JsonValue
{
    private static readonly List<JsonValue> NoItems = new();
    private static readonly List<KeyValuePair<string, JsonValue>> NoMembers = new();

    public JsonValue(JsonKind kind, int line, int column, string text = "", List<JsonValue>? items = null, List<KeyValuePair<string, JsonValue>>? members = null)
    {
        Kind = kind;
        Line = line;
        Column = column;
        Text = text;
        Items = items ?? NoItems;
        Members = members ?? NoMembers;
    }

    public JsonKind Kind { get; }

    public int Line { get; }

    public int Column { get; }

    /// <summary>A string's content, or a number as it was written.</summary>
    public string Text { get; }

    public List<JsonValue> Items { get; }

    /// <summary>An object's members, in the order of the text.</summary>
    public List<KeyValuePair<string, JsonValue>> Members { get; }

    public JsonValue? Member(string name)
    {
        foreach (var member in Members)
        {
            if (member.Key == name)
            {
                return member.Value;
            }
        }

        return null;
    }

    public bool TryGetLong(out long value)
    {
        value = 0;
        return Kind == JsonKind.Number && long.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
    }

    public bool TryGetDouble(out double value)
    {
        value = 0;
        return Kind == JsonKind.Number && double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    public AvroSchemaException Fault(string message) => new(message, Line, Column);
}
