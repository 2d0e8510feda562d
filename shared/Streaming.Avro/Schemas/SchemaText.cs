using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Streaming.Avro;

/// <summary>Writes a schema as JSON: named types in full where they first appear, by full name after that.</summary>
internal sealed class SchemaText
{
    private readonly StringBuilder _text = new();
    private readonly HashSet<string> _written = new();
    private readonly bool _canonical;

    private SchemaText(bool canonical) => _canonical = canonical;

    public static string Write(AvroSchema schema) => new SchemaText(canonical: false).Append(schema)._text.ToString();

    public static string WriteCanonical(AvroSchema schema) => new SchemaText(canonical: true).Append(schema)._text.ToString();

    public static string Write(JsonValue value)
    {
        var text = new SchemaText(canonical: false);
        text.AppendJson(value);
        return text._text.ToString();
    }

    private SchemaText Append(AvroSchema schema)
    {
        switch (schema)
        {
            case UnionSchema union:
                AppendList(union.Branches, branch => Append(branch));
                break;
            case ArraySchema array:
                _text.Append("{\"type\":\"array\",\"items\":");
                Append(array.Items);
                _text.Append('}');
                break;
            case MapSchema map:
                _text.Append("{\"type\":\"map\",\"values\":");
                Append(map.Values);
                _text.Append('}');
                break;
            case NamedSchema named when !_written.Add(named.FullName):
                AppendString(named.FullName);
                break;
            case NamedSchema named:
                AppendNamed(named);
                break;
            default:
                AppendPrimitive(schema);
                break;
        }

        return this;
    }

    private void AppendPrimitive(AvroSchema schema)
    {
        var name = NameOf(schema.Kind);
        if (schema.LogicalType is null || _canonical)
        {
            AppendString(name);
            return;
        }

        _text.Append("{\"type\":");
        AppendString(name);
        AppendMember("logicalType", schema.LogicalType);
        _text.Append('}');
    }

    private void AppendNamed(NamedSchema schema)
    {
        // The canonical form has its members in the order name, type, fields, symbols, size.
        if (_canonical)
        {
            _text.Append("{\"name\":");
            AppendString(schema.FullName);
            AppendMember("type", NameOf(schema.Kind));
        }
        else
        {
            _text.Append("{\"type\":");
            AppendString(NameOf(schema.Kind));
            AppendMember("name", schema.Name);
            if (schema.Namespace.Length > 0)
            {
                AppendMember("namespace", schema.Namespace);
            }

            AppendMember("doc", schema.Doc);
            AppendAliases(schema.Aliases);
        }

        switch (schema)
        {
            case RecordSchema record:
                _text.Append(",\"fields\":");
                AppendList(record.Fields, AppendField);
                break;
            case EnumSchema symbols:
                _text.Append(",\"symbols\":");
                AppendList(symbols.Symbols, AppendString);
                AppendMember("default", _canonical ? null : symbols.DefaultSymbol);
                break;
            case FixedSchema bytes:
                _text.Append(",\"size\":").Append(bytes.Size.ToString(CultureInfo.InvariantCulture));
                AppendMember("logicalType", _canonical ? null : bytes.LogicalType);
                break;
        }

        _text.Append('}');
    }

    private void AppendField(RecordField field)
    {
        _text.Append("{\"name\":");
        AppendString(field.Name);
        _text.Append(",\"type\":");
        Append(field.Schema);
        if (!_canonical)
        {
            if (field.Default is not null)
            {
                _text.Append(",\"default\":");
                AppendJson(field.Default);
            }

            AppendMember("doc", field.Doc);
            AppendAliases(field.Aliases);
        }

        _text.Append('}');
    }

    private void AppendAliases(IReadOnlyList<string> aliases)
    {
        if (aliases.Count > 0)
        {
            _text.Append(",\"aliases\":");
            AppendList(aliases, AppendString);
        }
    }

    private void AppendMember(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(",\"").Append(name).Append("\":");
            AppendString(value);
        }
    }

    private void AppendList<T>(IReadOnlyList<T> items, System.Action<T> append)
    {
        _text.Append('[');
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                _text.Append(',');
            }

            append(items[i]);
        }

        _text.Append(']');
    }

    private void AppendJson(JsonValue value)
    {
        switch (value.Kind)
        {
            case JsonKind.Array:
                AppendList(value.Items, AppendJson);
                break;
            case JsonKind.Object:
                _text.Append('{');
                foreach (var member in value.Members)
                {
                    if (!ReferenceEquals(member.Value, value.Members[0].Value))
                    {
                        _text.Append(',');
                    }

                    AppendString(member.Key);
                    _text.Append(':');
                    AppendJson(member.Value);
                }

                _text.Append('}');
                break;
            case JsonKind.String:
                AppendString(value.Text);
                break;
            default:
                _text.Append(value.Text);
                break;
        }
    }

    private void AppendString(string value)
    {
        _text.Append('"');
        foreach (var character in value)
        {
            switch (character)
            {
                case '"' or '\\':
                    _text.Append('\\').Append(character);
                    break;
                case < ' ':
                    _text.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
                    break;
                default:
                    _text.Append(character);
                    break;
            }
        }

        _text.Append('"');
    }

    private static string NameOf(AvroSchemaKind kind) => kind.ToString().ToLowerInvariant();
}
