namespace Streaming.Monitoring;

/// <summary>The truth of a moment or an interval of one entity, under one label name.</summary>
/// <param name="EventTime">The moment, or the interval's start, in milliseconds since 1970.</param>
/// <param name="EventEnd">The interval's end, exclusive; null for a moment.</param>
/// <param name="Value">The truth.</param>
/// <param name="Origin">Where it came from; of several that join one bucket the newest counts.</param>
public readonly record struct LabelledTime(long EventTime, long? EventEnd, string Value, RecordOrigin Origin)
{
    /// <summary>Whether it joins a bucket: a moment the bucket that contains it, an interval every bucket that it overlaps.</summary>
    /// <param name="bucketStart">Inclusive, in milliseconds since 1970.</param>
    /// <param name="bucketEnd">Exclusive, in milliseconds since 1970.</param>
    public bool Joins(long bucketStart, long bucketEnd) => EventEnd is { } end
        ? EventTime < end && EventTime < bucketEnd && end > bucketStart
        : EventTime >= bucketStart && EventTime < bucketEnd;
}
