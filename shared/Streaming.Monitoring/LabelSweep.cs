namespace Streaming.Monitoring;

/// <summary>Finds for one bucket after the other the label that counts: of those that join it, the newest.</summary>
/// <remarks>One pass over labels and buckets together. Not safe for several threads.</remarks>
public sealed class LabelSweep
{
    private readonly List<LabelledTime> _moments = [];
    private readonly List<LabelledTime> _intervals = [];
    private readonly List<LabelledTime> _open = [];
    private int _firstMoment;
    private int _nextInterval;

    /// <summary>A sweep over one entity's labels of one name, in any order; repetitions do not matter.</summary>
    public LabelSweep(IEnumerable<LabelledTime> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        foreach (var label in labels)
        {
            (label.EventEnd is null ? _moments : _intervals).Add(label);
        }

        _moments.Sort(static (left, right) => left.EventTime.CompareTo(right.EventTime));
        _intervals.Sort(static (left, right) => left.EventTime.CompareTo(right.EventTime));
    }

    /// <summary>The label that counts for a bucket; null where none joins it.</summary>
    /// <param name="bucketStart">Inclusive, in milliseconds since 1970; not before the last call's.</param>
    /// <param name="bucketEnd">Exclusive; not before the last call's where the start is the same.</param>
    public LabelledTime? Newest(long bucketStart, long bucketEnd)
    {
        while (_firstMoment < _moments.Count && _moments[_firstMoment].EventTime < bucketStart)
        {
            _firstMoment++;
        }

        while (_nextInterval < _intervals.Count && _intervals[_nextInterval].EventTime < bucketEnd)
        {
            _open.Add(_intervals[_nextInterval++]);
        }

        // Buckets come by their starts, so what ended before this one has nothing to say of the next either.
        _open.RemoveAll(interval => interval.EventEnd <= bucketStart);

        LabelledTime? newest = null;
        for (var index = _firstMoment; index < _moments.Count && _moments[index].EventTime < bucketEnd; index++)
        {
            newest = Newer(newest, _moments[index]);
        }

        foreach (var interval in _open)
        {
            if (interval.Joins(bucketStart, bucketEnd))
            {
                newest = Newer(newest, interval);
            }
        }

        return newest;
    }

    private static LabelledTime Newer(LabelledTime? known, LabelledTime other) =>
        known is { } label && label.Origin >= other.Origin ? label : other;
}
