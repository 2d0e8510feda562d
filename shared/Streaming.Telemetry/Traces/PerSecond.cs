namespace Streaming.Telemetry;

/// <summary>Lets so many through in a second. For one thread.</summary>
public sealed class PerSecond(int most, TimeProvider time)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private long? _began;
    private int _taken;

    /// <summary>Whether another one may pass.</summary>
    public bool TryTake()
    {
        if (_began is not { } began || time.GetElapsedTime(began) >= Second)
        {
            _began = time.GetTimestamp();
            _taken = 0;
        }

        if (_taken >= most)
        {
            return false;
        }

        _taken++;
        return true;
    }
}
