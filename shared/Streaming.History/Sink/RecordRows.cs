using Streaming.Contracts;
using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.History.Sink;

/// <summary>The row that each record becomes.</summary>
internal static class RecordRows
{
    public static HistoryRow Of(FeatureVector record, RecordOrigin origin) => new VectorRow
    {
        Origin = origin,
        EntityId = record.EntityId,
        BucketStart = record.BucketStart,
        BucketEnd = record.BucketEnd,
        FeatureSet = record.FeatureSet,
        FeatureSetVersion = record.FeatureSetVersion,
        FeatureSetHash = record.FeatureSetHash,
        Revision = record.Revision,
        Features = record.Features,
        Missing = record.Missing,
        ReadingCount = record.ReadingCount,
        LateCount = record.LateCount,
        Completeness = record.Completeness,
        CloseReason = record.CloseReason.ToSymbol(),
        InputPartition = record.InputPartition,
        FirstOffset = record.FirstOffset,
        LastOffset = record.LastOffset,
    };

    public static HistoryRow Of(Prediction record, RecordOrigin origin) => new PredictionRow
    {
        Origin = origin,
        PredictionId = record.PredictionId,
        EntityId = record.EntityId,
        BucketStart = record.BucketStart,
        BucketEnd = record.BucketEnd,
        Revision = record.Revision,
        FeatureSet = record.FeatureSet,
        FeatureSetVersion = record.FeatureSetVersion,
        FeatureSetHash = record.FeatureSetHash,
        Deployment = record.Deployment,
        ModelName = record.ModelName,
        ModelVersion = record.ModelVersion,
        ModelSha256 = record.ModelSha256,
        Stage = record.Stage.ToSymbol(),
        Scores = record.Scores,
        Label = record.Label,
        Threshold = record.Threshold,
        PipelineVersion = record.PipelineVersion,
        Features = record.Features is { } features ? features : (ReadOnlyMemory<double>?)null,
    };

    public static HistoryRow Of(Label record, RecordOrigin origin) => new LabelRow
    {
        Origin = origin,
        EntityId = record.EntityId,
        EventTime = record.EventTime,
        EventEnd = record.EventEnd,
        Name = record.Name,
        Value = record.Value,
        KnownAt = record.KnownAt,
        Source = record.Source,
        PredictionId = record.PredictionId,
    };

    public static HistoryRow Of(DeploymentEvent record, RecordOrigin origin) => new DeploymentRow
    {
        Origin = origin,
        Deployment = record.Deployment,
        Revision = record.Revision,
        BasedOn = record.BasedOn,
        FeatureSet = record.FeatureSet,
        FeatureSetVersion = record.FeatureSetVersion,
        FeatureSetHash = record.FeatureSetHash,
        ModelName = record.ModelName,
        ModelVersion = record.ModelVersion,
        ModelSha256 = record.ModelSha256,
        Stage = record.Stage.ToSymbol(),
        Actor = record.Actor,
        Reason = record.Reason,
    };

    public static HistoryRow Of(JobEvent record, RecordOrigin origin) => new JobRow
    {
        Origin = origin,
        JobId = record.JobId,
        Kind = record.Kind,
        State = record.State.ToSymbol(),
        Actor = record.Actor,
        Reason = record.Reason,
        RangeStart = record.RangeStart,
        RangeEnd = record.RangeEnd,
        Parameters = record.Parameters,
        Result = record.Result,
    };

    public static HistoryRow Of(FeatureSet record, RecordOrigin origin) => new FeatureSetRow
    {
        Origin = origin,
        Name = record.Name,
        Version = record.Version,
        Hash = record.Hash,
        Content = record.Content,
        Layout = [.. record.Layout.Select(column => new FeatureColumn(column.Name, column.Description, column.Unit))],
    };
}
