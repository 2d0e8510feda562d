using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Streaming.Avro;
using Streaming.Avro.Files;

namespace Streaming.History.Export;

/// <summary>An Avro object container file of records named <c>streaming.export.Row</c>; an empty cell is null.</summary>
internal sealed class AvroRowWriter : RowWriter
{
    private const int Null = 0;
    private const int Present = 1;

    private readonly IReadOnlyList<ExportColumn> _columns;
    private readonly AvroFileWriter _file;
    private int _column;

    public AvroRowWriter(AvroBuffer buffer, IReadOnlyList<ExportColumn> columns)
        : base(buffer)
    {
        _columns = columns;
        _file = new AvroFileWriter(buffer, SchemaOf(columns));
    }

    public override void Start() => _file.Start();

    public override void Begin() => _column = 0;

    public override void Text(string? value)
    {
        if (Branch(value is not null))
        {
            new AvroWriter(_file.Block).WriteString(value);
        }
    }

    public override void Time(long? value) => Integer(value);

    public override void Integer(long? value)
    {
        if (Branch(value is not null))
        {
            new AvroWriter(_file.Block).WriteLong(value!.Value);
        }
    }

    public override void Number(double value)
    {
        if (Branch(!double.IsNaN(value)))
        {
            new AvroWriter(_file.Block).WriteDouble(value);
        }
    }

    public override void End() => _file.EndItem();

    public override void Finish() => _file.Finish();

    private static AvroSchema SchemaOf(IReadOnlyList<ExportColumn> columns)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var fields = new JsonArray();
        foreach (var column in columns)
        {
            JsonNode type = column.Kind switch
            {
                ColumnKind.Text => "string",
                ColumnKind.Integer => "long",
                ColumnKind.Number => "double",
                _ => new JsonObject { ["type"] = "long", ["logicalType"] = "timestamp-millis" },
            };
            var field = new JsonObject
            {
                ["name"] = FieldName(column.Name, names),
                ["type"] = column.IsOptional ? new JsonArray("null", type) : type,
                ["doc"] = column.Unit.Length == 0 ? column.Description : $"{column.Description} [{column.Unit}]",
            };
            if (column.IsOptional)
            {
                field["default"] = null;
            }

            fields.Add((JsonNode)field);
        }

        return AvroSchema.Parse(new JsonObject { ["type"] = "record", ["name"] = "Row", ["namespace"] = "streaming.export", ["fields"] = fields }.ToJsonString(JsonSerializerOptions.Default));
    }

    /// <summary>A column's name where Avro allows it; else with underscores for what it does not, and a number where that is taken.</summary>
    private static string FieldName(string column, HashSet<string> taken)
    {
        var text = new StringBuilder(column.Length + 1);
        foreach (var character in column)
        {
            text.Append(char.IsAsciiLetterOrDigit(character) ? character : '_');
        }

        if (text.Length == 0 || char.IsAsciiDigit(text[0]))
        {
            text.Insert(0, '_');
        }

        var plain = text.ToString();
        var name = plain;
        for (var number = 2; !taken.Add(name); number++)
        {
            name = $"{plain}_{number}";
        }

        return name;
    }

    private bool Branch(bool present)
    {
        if (_columns[_column++].IsOptional)
        {
            new AvroWriter(_file.Block).WriteBranch(present ? Present : Null);
        }

        return present;
    }
}
