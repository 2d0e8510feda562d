using System.Globalization;

namespace Streaming.Pipeline.Tests;

/// <summary>A double as Python's <c>float.hex</c> writes it: exact.</summary>
internal static class HexDouble
{
    public static double Parse(string text)
    {
        if (text == "nan")
        {
            return double.NaN;
        }

        var sign = text.StartsWith('-') ? -1.0 : 1.0;
        var body = text.TrimStart('-')["0x".Length..];
        var power = body.IndexOf('p', StringComparison.Ordinal);
        var point = body.IndexOf('.', StringComparison.Ordinal);
        var digits = body[..power].Replace(".", "", StringComparison.Ordinal);
        var fraction = point < 0 ? 0 : power - point - 1;
        var exponent = int.Parse(body[(power + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return sign * Math.ScaleB((double)long.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture), exponent - (4 * fraction));
    }
}
