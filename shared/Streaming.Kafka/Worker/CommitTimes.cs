namespace Streaming.Kafka;

/// <summary>Knows how long commits usually take.</summary>
internal sealed class CommitTimes
{
    private const int Outlier = 20;
    private readonly long[] _last = new long[64];
    private readonly long[] _sorted = new long[64];
    private int _count;

    public void Add(TimeSpan took) => _last[_count++ % _last.Length] = took.Ticks;

    /// <summary>Whether a commit took far longer than they do, and longer than a least.</summary>
    public bool IsOutlier(TimeSpan took, TimeSpan least)
    {
        if (took < least)
        {
            return false;
        }

        var known = Math.Min(_count, _last.Length);
        if (known == 0)
        {
            return false;
        }

        _last.AsSpan(0, known).CopyTo(_sorted);
        Array.Sort(_sorted, 0, known);
        return took.Ticks > Outlier * _sorted[known / 2];
    }
}
