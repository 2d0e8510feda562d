namespace Streaming.History.Queries;

/// <summary>Days in UTC, by which stores divide what they keep.</summary>
public static class Day
{
    /// <summary>How long a day is.</summary>
    public const long Milliseconds = 86_400_000;

    /// <summary>The day that holds a time, counted from 1970-01-01; negative before it.</summary>
    /// <param name="time">Milliseconds since 1970.</param>
    public static long Of(long time)
    {
        var day = time / Milliseconds;
        return time % Milliseconds < 0 ? day - 1 : day;
    }
}
