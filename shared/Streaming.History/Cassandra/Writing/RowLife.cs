namespace Streaming.History.Cassandra.Writing;

/// <summary>How long rows have to live, counted from the time of what they speak of.</summary>
/// <param name="now">The cluster's time, in milliseconds since 1970.</param>
/// <param name="retention">How long rows are kept; null for ever.</param>
internal readonly struct RowLife(long now, TimeSpan? retention)
{
    /// <summary>The longest time to live that Cassandra takes: 20 years.</summary>
    private const long Longest = 20L * 365 * 24 * 60 * 60;

    /// <summary>Seconds that a row has to live.</summary>
    /// <param name="eventTime">The time of what it speaks of, in milliseconds since 1970.</param>
    /// <returns>Null where it lives for ever; 0 or less where its time is over.</returns>
    public long? Of(long eventTime)
    {
        if (retention is not { } kept)
        {
            return null;
        }

        var end = (decimal)eventTime + (decimal)kept.TotalMilliseconds;
        return (long)Math.Clamp(Math.Ceiling((end - now) / 1000), 0, Longest);
    }
}
