namespace Streaming.Features.Assembly;

/// <summary>How far each partition of <c>sensor.raw</c> has been passed on, and log time: how far all of them have.</summary>
internal sealed class SourceTimes
{
    /// <summary>Log time before every source partition has reported.</summary>
    public const long Undefined = long.MinValue;

    private long[] _times = [];
    private long[] _keptTimes = [];
    private int _partitions;
    private (int Partitions, long LogTime) _kept;
    private bool _touched;

    /// <summary>The least of all source partitions' times; it never falls.</summary>
    public long LogTime { get; private set; } = Undefined;

    /// <summary>How many partitions <c>sensor.raw</c> has, as the ticks say; 0 until there was one.</summary>
    public int Partitions => _partitions;

    /// <summary>The greatest time of each source partition heard of; <see cref="Undefined"/> for one that has not reported.</summary>
    public ReadOnlySpan<long> Times => _times;

    /// <summary>Takes in how many partitions <c>sensor.raw</c> has; fewer than before change nothing.</summary>
    public void SetPartitions(int count)
    {
        if (count > _partitions)
        {
            Touch();
            _partitions = count;
            Grow(count);
            Recompute();
        }
    }

    /// <summary>Takes in a time of a source partition.</summary>
    /// <returns>The time that counts: the greatest one so far.</returns>
    public long Advance(int partition, long time)
    {
        if (partition >= _times.Length)
        {
            Touch();
            Grow(partition + 1);
        }

        var before = _times[partition];
        if (time <= before)
        {
            return before;
        }

        Touch();
        _times[partition] = time;
        if (before <= LogTime)
        {
            Recompute();
        }

        return time;
    }

    /// <summary>Takes the place of what was known.</summary>
    public void Restore(int partitions, long logTime, ReadOnlySpan<long> times)
    {
        _times = times.ToArray();
        _partitions = partitions;
        LogTime = logTime;
    }

    /// <summary>Ends a transaction that holds.</summary>
    public void Commit() => _touched = false;

    /// <summary>Ends a transaction that is undone.</summary>
    public void Rollback()
    {
        if (_touched)
        {
            (_times, _keptTimes) = (_keptTimes, _times);
            (_partitions, LogTime) = _kept;
            _touched = false;
        }
    }

    private void Touch()
    {
        if (!_touched)
        {
            _touched = true;
            _kept = (_partitions, LogTime);
            if (_keptTimes.Length != _times.Length)
            {
                _keptTimes = new long[_times.Length];
            }

            _times.CopyTo(_keptTimes, 0);
        }
    }

    private void Grow(int count)
    {
        var known = _times.Length;
        if (count > known)
        {
            Array.Resize(ref _times, count);
            Array.Fill(_times, Undefined, known, count - known);
        }
    }

    private void Recompute()
    {
        if (_partitions == 0)
        {
            return;
        }

        var least = long.MaxValue;
        foreach (var time in _times.AsSpan(0, _partitions))
        {
            least = Math.Min(least, time);
        }

        // A partition that was added has reported nothing yet; log time waits for it where it is.
        LogTime = Math.Max(LogTime, least);
    }
}
