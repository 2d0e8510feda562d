using System.Text;
using Streaming.History.Export;
using Streaming.History.Queries;
using Streaming.History.Rows;

namespace Streaming.History.Tests.Export;

/// <summary>What an export must hold, by looking at every row for every bucket.</summary>
internal static class NaiveExport
{
    public static List<string> Of(IReadOnlyList<HistoryRow> rows, ExportQuery query)
    {
        var known = rows.Where(row => row.Origin.KnownTime <= query.AsOf).ToList();
        var vectors = known.OfType<VectorRow>()
            .Where(row => row.FeatureSet == query.FeatureSet.Name && row.FeatureSetVersion == query.FeatureSet.Version && row.FeatureSetHash == query.FeatureSet.Hash)
            .Where(row => query.Range.Contains(row.BucketStart) && (query.EntityId is null || query.EntityId == row.EntityId))
            .GroupBy(row => (row.EntityId, row.BucketStart))
            .Select(group => group.MaxBy(row => (row.Revision, row.Origin))!)
            .OrderBy(row => Day.Of(row.BucketStart)).ThenBy(row => Convert.ToHexString(Encoding.UTF8.GetBytes(row.EntityId)), StringComparer.Ordinal).ThenBy(row => row.BucketStart);
        return [.. vectors.Select(vector => Text(vector, known, query))];
    }

    public static string Text(ExportRow row) => $"{RowText.Of(row.Vector)} {row.State} {row.Label?.Value} {row.Label?.Origin} {row.Prediction?.Origin}";

    private static string Text(VectorRow vector, List<HistoryRow> known, ExportQuery query)
    {
        var prediction = known.OfType<PredictionRow>()
            .Where(row => row.Deployment == query.Deployment && row.EntityId == vector.EntityId && row.FeatureSetHash == vector.FeatureSetHash)
            .Where(row => row.BucketStart == vector.BucketStart && row.BucketEnd == vector.BucketEnd)
            .MaxBy(row => (row.Revision, row.Origin));
        var (state, label) = Truth(vector, known, query);
        return $"{RowText.Of(vector)} {state} {label?.Value} {label?.Origin} {prediction?.Origin}";
    }

    private static (LabelState State, LabelRow? Label) Truth(VectorRow vector, List<HistoryRow> known, ExportQuery query)
    {
        if (query.Label is not { } rule)
        {
            return (LabelState.None, null);
        }

        if ((decimal)vector.BucketEnd + rule.Maturity > query.AsOf)
        {
            return (LabelState.Immature, null);
        }

        var label = known.OfType<LabelRow>().Where(row => row.Name == rule.Name && row.EntityId == vector.EntityId)
            .Where(row => row.EventEnd is { } end
                ? row.EventTime < end && row.EventTime < vector.BucketEnd && vector.BucketStart < end
                : vector.BucketStart <= row.EventTime && row.EventTime < vector.BucketEnd)
            .MaxBy(row => row.Origin);
        return (label is not null ? LabelState.Known : rule.Assumed is not null ? LabelState.Assumed : LabelState.Missing, label);
    }
}
