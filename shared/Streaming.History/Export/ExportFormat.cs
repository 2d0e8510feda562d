using Streaming.Avro;

namespace Streaming.History.Export;

/// <summary>How an export is written.</summary>
public enum ExportFormat
{
    /// <summary>Comma separated, by RFC 4180, in UTF-8 with a header.</summary>
    Csv,

    /// <summary>A JSON object a line.</summary>
    JsonLines,

    /// <summary>An Avro object container file.</summary>
    Avro,
}

internal static class ExportFormats
{
    public static RowWriter Writer(this ExportFormat format, AvroBuffer buffer, IReadOnlyList<ExportColumn> columns) => format switch
    {
        ExportFormat.Csv => new CsvRowWriter(buffer, columns),
        ExportFormat.JsonLines => new JsonRowWriter(buffer, columns),
        ExportFormat.Avro => new AvroRowWriter(buffer, columns),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "is no format."),
    };
}
