namespace Streaming.History.Queries;

/// <summary>A half-open range of time. The default holds all time.</summary>
public readonly record struct TimeRange
{
    private readonly bool _bounded;
    private readonly long _from;
    private readonly long _to;

    /// <summary>A range.</summary>
    /// <param name="from">Inclusive, in milliseconds since 1970.</param>
    /// <param name="to">Exclusive, in milliseconds since 1970.</param>
    public TimeRange(long from, long to)
    {
        _bounded = true;
        _from = from;
        _to = to;
    }

    /// <summary>All time.</summary>
    public static TimeRange All => default;

    /// <summary>Inclusive, in milliseconds since 1970.</summary>
    public long From => _bounded ? _from : long.MinValue;

    /// <summary>Exclusive, in milliseconds since 1970.</summary>
    public long To => _bounded ? _to : long.MaxValue;

    /// <summary>Whether it holds no time at all.</summary>
    public bool IsEmpty => From >= To;

    /// <summary>The day that holds a time, in UTC.</summary>
    public static TimeRange OfDay(long time)
    {
        var start = Day.Of(time) * Day.Milliseconds;
        return new TimeRange(start, start + Day.Milliseconds);
    }

    /// <summary>Whether it holds a time.</summary>
    public bool Contains(long time) => time >= From && time < To;
}
