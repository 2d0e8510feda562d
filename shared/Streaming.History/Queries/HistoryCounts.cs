namespace Streaming.History.Queries;

/// <summary>How many different things are kept: a record delivered twice, or brought by two records, counts once.</summary>
/// <param name="Vectors">By entity, bucket, feature set and revision.</param>
/// <param name="Predictions">By entity, bucket, deployment, model, feature set and revision, as their ids are.</param>
/// <param name="Labels">By entity, event time, name, event end and source.</param>
public readonly record struct HistoryCounts(long Vectors, long Predictions, long Labels);
