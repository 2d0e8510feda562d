using System.Text;
using Streaming.Contracts;
using Streaming.History.Rows;

namespace Streaming.History.Sink;

/// <summary>What must hold of a record beyond its schema, so that every store can keep it and every reader find it.</summary>
internal static class RowRules
{
    /// <summary>The first rule that a row breaks; null where it breaks none.</summary>
    public static Fault? Check(HistoryRow row) => row switch
    {
        VectorRow vector => Entity(vector.EntityId) ?? Time(RecordRules.OfBucket(vector.BucketStart, vector.BucketEnd)),
        PredictionRow prediction => Entity(prediction.EntityId) ?? Time(RecordRules.OfBucket(prediction.BucketStart, prediction.BucketEnd)),
        LabelRow label => Entity(label.EntityId) ?? Time(RecordRules.OfTime("event_time", label.EventTime)) ?? Interval(label),
        _ => null,
    };

    private static Fault? Entity(string entity) => RecordRules.OfEntity(Encoding.UTF8.GetByteCount(entity)) is { } problem ? new Fault(DeadLetterReason.InvalidEntity, problem) : null;

    private static Fault? Interval(LabelRow label) => label.EventEnd is not { } end ? null : Time(RecordRules.OfTime("event_end", end) ?? (end <= label.EventTime
        ? $"event_end = {end} must be after event_time = {label.EventTime}; leave it out for a moment"
        : null));

    private static Fault? Time(string? problem) => problem is null ? null : new Fault(DeadLetterReason.InvalidTime, problem);
}
