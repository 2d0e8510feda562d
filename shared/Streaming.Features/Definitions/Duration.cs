using System.Globalization;

namespace Streaming.Features.Definitions;

/// <summary>Lengths of time as definitions write them: <c>500ms</c>, <c>30s</c>, <c>10m</c>, <c>1h30m</c>, <c>2d</c>, and <c>0</c>.</summary>
public static class Duration
{
    /// <summary>More than any window that makes sense, and far from any overflow: 100 years.</summary>
    public const long Longest = 100L * 366 * 86_400_000;

    private static readonly (string Unit, long Milliseconds)[] Units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

    /// <summary>Writes a length as it is read.</summary>
    public static string Text(long milliseconds)
    {
        var text = new System.Text.StringBuilder();
        foreach (var (unit, length) in Units)
        {
            if (milliseconds / length is var count and > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
                milliseconds %= length;
            }
        }

        return text.Length == 0 ? "0" : text.ToString();
    }

    /// <summary>Reads a length; units must fall from the greatest to the least, each at most once.</summary>
    /// <param name="text">The text.</param>
    /// <param name="milliseconds">The length.</param>
    public static bool TryParse(string text, out long milliseconds)
    {
        milliseconds = 0;
        if (text == "0")
        {
            return true;
        }

        var rest = text.AsSpan();
        var nextUnit = 0;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 15)
            {
                return false;
            }

            var count = long.Parse(rest[..digits], CultureInfo.InvariantCulture);
            rest = rest[digits..];
            var letters = rest.IndexOfAnyInRange('0', '9');
            var unit = (letters < 0 ? rest : rest[..letters]).ToString();
            var index = Array.FindIndex(Units, nextUnit, candidate => candidate.Unit == unit);
            if (index < 0 || count > (Longest - milliseconds) / Units[index].Milliseconds)
            {
                return false;
            }

            milliseconds += count * Units[index].Milliseconds;
            nextUnit = index + 1;
            rest = rest[unit.Length..];
        }

        return text.Length > 0;
    }
}
