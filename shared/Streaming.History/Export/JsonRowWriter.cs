using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Streaming.Avro;

namespace Streaming.History.Export;

/// <summary>JSON lines: an object a line with every column, null for an empty cell. Infinity is 9e999, which readers take for it.</summary>
internal sealed class JsonRowWriter : RowWriter, IDisposable
{
    private const int LongestTime = 40;

    private readonly JsonEncodedText[] _names;
    private readonly Utf8JsonWriter _json;
    private int _column;

    public JsonRowWriter(AvroBuffer buffer, IReadOnlyList<ExportColumn> columns)
        : base(buffer)
    {
        _names = [.. columns.Select(column => JsonEncodedText.Encode(column.Name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
        _json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
    }

    public override void Start()
    {
        // The rows are all there is.
    }

    public override void Begin()
    {
        _column = 0;
        _json.WriteStartObject();
    }

    public override void Text(string? value)
    {
        Name();
        _json.WriteStringValue(value);
    }

    public override void Time(long? value)
    {
        Name();
        if (value is not { } time)
        {
            _json.WriteNullValue();
            return;
        }

        Span<byte> text = stackalloc byte[LongestTime];
        _json.WriteStringValue(text[..CellText.Time(time, text)]);
    }

    public override void Integer(long? value)
    {
        Name();
        if (value is { } number)
        {
            _json.WriteNumberValue(number);
        }
        else
        {
            _json.WriteNullValue();
        }
    }

    public override void Number(double value)
    {
        Name();
        if (double.IsNaN(value))
        {
            _json.WriteNullValue();
        }
        else if (double.IsInfinity(value))
        {
            _json.WriteRawValue(value > 0 ? "9e999"u8 : "-9e999"u8, skipInputValidation: true);
        }
        else if (value == 0 && double.IsNegative(value))
        {
            // Readers take -0 for the whole number, which has no sign.
            _json.WriteRawValue("-0.0"u8, skipInputValidation: true);
        }
        else
        {
            _json.WriteNumberValue(value);
        }
    }

    public override void End()
    {
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        Buffer.Write("\n"u8);
    }

    public override void Finish()
    {
        // The lines are all there is.
    }

    public void Dispose() => _json.Dispose();

    private void Name() => _json.WritePropertyName(_names[_column++]);
}
