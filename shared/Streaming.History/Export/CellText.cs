using System.Globalization;
using System.Text;

namespace Streaming.History.Export;

/// <summary>Values as the text formats write them, whatever the machine's culture.</summary>
internal static class CellText
{
    private const long FirstYear = -62_135_596_800_000;
    private const long LastYear = 253_402_300_799_999;

    /// <summary>RFC 3339 in UTC with milliseconds; outside the years 1 to 9999, which it cannot write, milliseconds since 1970.</summary>
    public static int Time(long value, Span<byte> into)
    {
        int written;
        if (value is >= FirstYear and <= LastYear)
        {
            DateTimeOffset.FromUnixTimeMilliseconds(value).UtcDateTime.TryFormat(into, out written, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        }
        else
        {
            value.TryFormat(into, out written, default, CultureInfo.InvariantCulture);
        }

        return written;
    }

    /// <summary>The shortest text that reads back as the same number.</summary>
    public static int Number(double value, Span<byte> into)
    {
        value.TryFormat(into, out var written, "R", CultureInfo.InvariantCulture);
        return written;
    }

    /// <summary>UTF-8 with half surrogate pairs replaced.</summary>
    public static int Utf8(ReadOnlySpan<char> value, Span<byte> into) => Encoding.UTF8.GetBytes(value, into);
}
