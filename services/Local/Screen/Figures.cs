using System.Globalization;

namespace Streaming.Local.Screen;

/// <summary>Numbers for people.</summary>
internal static class Figures
{
    public static string Percent(double? value) =>
        value is { } percent ? percent.ToString("F2", CultureInfo.InvariantCulture) + " %" : "-";

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    public static string Rate(double perSecond) => perSecond.ToString("N0", CultureInfo.InvariantCulture) + "/s";
}
