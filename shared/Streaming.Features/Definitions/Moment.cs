using System.Globalization;

namespace Streaming.Features.Definitions;

/// <summary>Moments as definitions write them: <c>2026-01-31T12:00:00Z</c>, with any offset, or without one for UTC; <c>2026-01-31</c> is its midnight.</summary>
public static class Moment
{
    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd"];

    /// <summary>Writes a moment as it is read.</summary>
    /// <param name="milliseconds">Since 1970; as a number where no calendar has it.</param>
    public static string Text(long milliseconds) =>
        milliseconds >= DateTimeOffset.MinValue.ToUnixTimeMilliseconds() && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture)
            : milliseconds.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads a moment.</summary>
    /// <param name="text">The text.</param>
    /// <param name="milliseconds">Since 1970.</param>
    public static bool TryParse(string text, out long milliseconds)
    {
        var isOne = DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment);
        milliseconds = isOne ? moment.ToUnixTimeMilliseconds() : 0;
        return isOne;
    }
}
