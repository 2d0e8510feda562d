namespace Streaming.Avro.Registry;

/// <summary>Lets through so many a second on the mean, and as many at once. Safe to call from many threads.</summary>
internal sealed class FetchRate(int perSecond, TimeProvider time)
{
    private readonly long _interval = Math.Max(1, time.TimestampFrequency / perSecond);
    private long _next = long.MinValue;

    /// <summary>Takes a place.</summary>
    /// <returns>How long to wait for it.</returns>
    public TimeSpan Take()
    {
        while (true)
        {
            var now = time.GetTimestamp();
            var next = Volatile.Read(ref _next);
            var place = Math.Max(next, now - time.TimestampFrequency);
            if (Interlocked.CompareExchange(ref _next, place + _interval, next) == next)
            {
                return place > now ? time.GetElapsedTime(now, place) : TimeSpan.Zero;
            }
        }
    }
}
