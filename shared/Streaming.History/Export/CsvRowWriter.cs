using System.Buffers;
using System.Text;
using Streaming.Avro;

namespace Streaming.History.Export;

/// <summary>RFC 4180 in UTF-8: a header, lines that end with CR LF, quotes where a text needs them. An empty text is quoted, an empty cell is not. Infinity is <c>inf</c>.</summary>
internal sealed class CsvRowWriter(AvroBuffer buffer, IReadOnlyList<ExportColumn> columns) : RowWriter(buffer)
{
    private const int LongestNumber = 40;
    private static readonly SearchValues<char> Quoted = SearchValues.Create("\",\r\n");
    private bool _first;

    public override void Start()
    {
        Begin();
        foreach (var column in columns)
        {
            Text(column.Name);
        }

        End();
    }

    public override void Begin() => _first = true;

    public override void Text(string? value)
    {
        Separate();
        if (value is null)
        {
            return;
        }

        var needsQuotes = value.Length == 0 || value[0] == ' ' || value[^1] == ' ' || value.AsSpan().ContainsAny(Quoted);
        var text = needsQuotes ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
        Buffer.Advance(CellText.Utf8(text, Buffer.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
    }

    public override void Time(long? value)
    {
        Separate();
        if (value is { } time)
        {
            Buffer.Advance(CellText.Time(time, Buffer.GetSpan(LongestNumber)));
        }
    }

    public override void Integer(long? value)
    {
        Separate();
        if (value is { } number)
        {
            number.TryFormat(Buffer.GetSpan(LongestNumber), out var written, default, System.Globalization.CultureInfo.InvariantCulture);
            Buffer.Advance(written);
        }
    }

    public override void Number(double value)
    {
        Separate();
        if (double.IsInfinity(value))
        {
            Buffer.Write(value > 0 ? "inf"u8 : "-inf"u8);
        }
        else if (!double.IsNaN(value))
        {
            Buffer.Advance(CellText.Number(value, Buffer.GetSpan(LongestNumber)));
        }
    }

    public override void End() => Buffer.Write("\r\n"u8);

    public override void Finish()
    {
        // The lines are all there is.
    }

    private void Separate()
    {
        if (!_first)
        {
            Buffer.Write(","u8);
        }

        _first = false;
    }
}
