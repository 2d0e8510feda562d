using System.Text;
using Streaming.Contracts;
using Streaming.History.Rows;

namespace Streaming.History.Sink;

/// <summary>What must hold of a record beyond its schema, so that every store can keep it and every reader find it.</summary>
internal static class RowRules
{
    private const int MaxEntityBytes = 256;
    private static readonly long FirstTime = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long LastTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The first rule that a row breaks; null where it breaks none.</summary>
    public static Fault? Check(HistoryRow row) => row switch
    {
        VectorRow vector => Entity(vector.EntityId) ?? Bucket(vector.BucketStart, vector.BucketEnd),
        PredictionRow prediction => Entity(prediction.EntityId) ?? Bucket(prediction.BucketStart, prediction.BucketEnd),
        LabelRow label => Entity(label.EntityId) ?? Time("event_time", label.EventTime) ?? Interval(label),
        _ => null,
    };

    private static Fault? Entity(string entity) => Encoding.UTF8.GetByteCount(entity) is var bytes && bytes is < 1 or > MaxEntityBytes
        ? new Fault(DeadLetterReason.InvalidEntity, $"entity_id has {bytes} bytes; it must have 1 to {MaxEntityBytes}")
        : null;

    private static Fault? Bucket(long start, long end) => Time("bucket_start", start) ?? Time("bucket_end", end) ?? (end <= start
        ? new Fault(DeadLetterReason.InvalidTime, $"bucket_end = {end} must be after bucket_start = {start}")
        : null);

    private static Fault? Interval(LabelRow label) => label.EventEnd is not { } end ? null : Time("event_end", end) ?? (end <= label.EventTime
        ? new Fault(DeadLetterReason.InvalidTime, $"event_end = {end} must be after event_time = {label.EventTime}; leave it out for a moment")
        : null);

    private static Fault? Time(string field, long time) => time < FirstTime || time > LastTime
        ? new Fault(DeadLetterReason.InvalidTime, $"{field} = {time} must be milliseconds since 1970 in the years 1 to 9999")
        : null;
}
