namespace Streaming.Flow;

/// <summary>Records per second of a growing count, over the last few seconds.</summary>
/// <param name="clock">The clock.</param>
public sealed class RateMeter(TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly Queue<(long At, long Count)> _seen = new();

    /// <summary>Takes the count as it is now.</summary>
    /// <returns>Records per second since the oldest count of the window; 0 at the first call.</returns>
    public double Update(long count)
    {
        var now = clock.GetTimestamp();
        while (_seen.Count > 1 && clock.GetElapsedTime(_seen.Peek().At, now) > Window)
        {
            _seen.Dequeue();
        }

        _seen.Enqueue((now, count));
        var (at, oldest) = _seen.Peek();
        var seconds = clock.GetElapsedTime(at, now).TotalSeconds;
        return seconds > 0 ? (count - oldest) / seconds : 0;
    }
}
