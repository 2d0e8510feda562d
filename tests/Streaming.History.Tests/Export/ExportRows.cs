using Streaming.History.Export;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.History.Writer;
using Streaming.Monitoring;

namespace Streaming.History.Tests.Export;

/// <summary>Rows written by hand, and the export that asks for them.</summary>
internal static class ExportRows
{
    public static ExportQuery Query { get; } = new()
    {
        FeatureSet = new ExportedFeatureSet("herd", 1, "hash", [new("temperature", "mean of temperature", "°C"), new("activity", "", "")]),
        Range = TimeRange.All,
        AsOf = long.MaxValue,
        Label = new LabelRule("illness", Maturity: 0),
    };

    public static VectorRow Vector(string entity, long start, long known) => new()
    {
        Origin = new RecordOrigin(known, "feature.vectors", entity[0], start / SampleRows.BucketLength),
        EntityId = entity,
        BucketStart = start,
        BucketEnd = start + SampleRows.BucketLength,
        FeatureSet = "herd",
        FeatureSetVersion = 1,
        FeatureSetHash = "hash",
        Revision = 0,
        Features = new[] { 38.5, double.NaN },
        Missing = new[] { 1 },
        ReadingCount = 1,
        LateCount = 0,
        Completeness = 0.5,
        CloseReason = "watermark",
        InputPartition = 0,
        FirstOffset = 0,
        LastOffset = 0,
    };

    public static LabelRow Label(string entity, long time, long? end, string value, long known, long offset) => new()
    {
        Origin = new RecordOrigin(known, "labels", 0, offset),
        EntityId = entity,
        EventTime = time,
        EventEnd = end,
        Name = "illness",
        Value = value,
        KnownAt = known,
        Source = "vet",
    };
}
