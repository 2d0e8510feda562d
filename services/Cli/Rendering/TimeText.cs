using System.Globalization;

namespace Streaming.Cli.Rendering;

/// <summary>Times as the command shows and takes them: RFC 3339, or milliseconds since 1970.</summary>
internal static class TimeText
{
    /// <summary>The last moment of the year 9999.</summary>
    public const long Last = 253402300799999;

    private static readonly string[] Formats = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd' 'HH:mm:ss.FFFFFFFK"];

    public static string Of(long milliseconds) => milliseconds is >= -62135596800000 and <= Last
        ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        : milliseconds.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads a time. Without an offset it is refused: nobody can know which zone was meant.</summary>
    public static bool TryRead(string text, out long milliseconds)
    {
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out milliseconds))
        {
            return true;
        }

        var hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        if (hasOffset && DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            milliseconds = time.ToUnixTimeMilliseconds();
            return true;
        }

        return false;
    }
}
