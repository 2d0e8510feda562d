using System.Globalization;
using System.Text;

namespace Streaming.History.Sqlite;

/// <summary>Numbers as a person reads them in the file, and exactly as they were.</summary>
internal static class NumberText
{
    private const string Missing = "null";
    private const string NegativeZero = "-0.0";
    private const string Infinity = "9e999";

    /// <summary>A JSON array: null for NaN, and 9e999, which every reader takes for infinity.</summary>
    public static string Of(ReadOnlySpan<double> values)
    {
        var text = new StringBuilder(values.Length * 12 + 2).Append('[');
        Span<char> number = stackalloc char[32];
        for (var index = 0; index < values.Length; index++)
        {
            if (index > 0)
            {
                text.Append(',');
            }

            if (Special(values[index]) is { } special)
            {
                text.Append(special);
            }
            else
            {
                values[index].TryFormat(number, out var length, provider: CultureInfo.InvariantCulture);
                text.Append(number[..length]);
            }
        }

        return text.Append(']').ToString();
    }

    /// <summary>A JSON array of integers.</summary>
    public static string Of(ReadOnlySpan<int> values)
    {
        var text = new StringBuilder().Append('[');
        for (var index = 0; index < values.Length; index++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(index > 0 ? "," : "")}{values[index]}");
        }

        return text.Append(']').ToString();
    }

    /// <summary>What <see cref="Of(ReadOnlySpan{double})"/> wrote, in UTF-8.</summary>
    public static double[] Doubles(ReadOnlySpan<byte> text) => Parse(text, static number =>
        number.SequenceEqual("null"u8) ? double.NaN : double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture));

    /// <summary>What <see cref="Of(ReadOnlySpan{int})"/> wrote, in UTF-8.</summary>
    public static int[] Integers(ReadOnlySpan<byte> text) => Parse(text, static number => int.Parse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));

    /// <summary>A single number for a column of any type: SQLite would make NaN to NULL and -0.0 to 0.0.</summary>
    public static object Column(double value) => double.IsNaN(value) ? "NaN" : IsNegativeZero(value) ? NegativeZero : value;

    /// <summary>What <see cref="Column"/> gave as text.</summary>
    public static double FromColumn(string value) => double.Parse(value, NumberStyles.Float, CultureInfo.InvariantCulture);

    private delegate T ParseNumber<T>(ReadOnlySpan<byte> number);

    private static T[] Parse<T>(ReadOnlySpan<byte> text, ParseNumber<T> parse)
    {
        var inner = text.Trim("[] \t\r\n"u8);
        if (inner.IsEmpty)
        {
            return [];
        }

        var values = new T[inner.Count((byte)',') + 1];
        var index = 0;
        foreach (var range in inner.Split((byte)','))
        {
            values[index++] = parse(inner[range].Trim(" \t\r\n"u8));
        }

        return values;
    }

    private static string? Special(double value) =>
        double.IsNaN(value) ? Missing
        : double.IsPositiveInfinity(value) ? Infinity
        : double.IsNegativeInfinity(value) ? "-" + Infinity
        : IsNegativeZero(value) ? NegativeZero
        : null;

    private static bool IsNegativeZero(double value) => value == 0 && double.IsNegative(value);
}
