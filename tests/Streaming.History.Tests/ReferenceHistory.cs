using System.Text;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.History.Tests;

/// <summary>What each query must answer, taken literally from its documentation over a list of rows.</summary>
internal sealed class ReferenceHistory(IEnumerable<HistoryRow> rows)
{
    private readonly List<HistoryRow> _rows = [.. rows.DistinctBy(row => (row.GetType(), row.Origin))];

    public IEnumerable<VectorRow> Vectors(VectorQuery query) => Answer(
        query,
        query.Revisions,
        _rows.OfType<VectorRow>().Where(row => Matches(query.FeatureSet, row.FeatureSet) && (query.FeatureSetVersion is null || query.FeatureSetVersion == row.FeatureSetVersion)),
        row => (row.EntityId, row.BucketStart, row.Revision),
        row => Key(row.FeatureSet) + $"{row.FeatureSetVersion:d10}" + Key(row.FeatureSetHash));

    public IEnumerable<PredictionRow> Predictions(PredictionQuery query) => Answer(
        query,
        query.Revisions,
        _rows.OfType<PredictionRow>().Where(row =>
            Matches(query.Deployment, row.Deployment) && Matches(query.ModelName, row.ModelName) && Matches(query.ModelVersion, row.ModelVersion) && Matches(query.Stage, row.Stage)),
        row => (row.EntityId, row.BucketStart, row.Revision),
        row => Key(row.Deployment) + Key(row.ModelSha256) + Key(row.FeatureSetHash));

    public IEnumerable<LabelRow> Labels(LabelQuery query)
    {
        var touching = _rows.OfType<LabelRow>().Where(row => Matches(query.Name, row.Name) && !query.Range.IsEmpty && (row.EventEnd is { } end
            ? row.EventTime < query.Range.To && end > query.Range.From
            : query.Range.Contains(row.EventTime)));
        return Answer(query with { Range = TimeRange.All }, Revisions.All, touching, row => (row.EntityId, row.EventTime, 0), row => Key(row.Name));
    }

    public IEnumerable<string> Entities(TimeRange range) => _rows
        .Select(row => row switch
        {
            VectorRow vector when range.Contains(vector.BucketStart) => vector.EntityId,
            PredictionRow prediction when range.Contains(prediction.BucketStart) => prediction.EntityId,
            _ => null,
        })
        .OfType<string>().Distinct().OrderBy(Key, StringComparer.Ordinal);

    public HistoryCounts Counts() => new(
        _rows.OfType<VectorRow>().Select(row => (row.EntityId, row.BucketStart, row.FeatureSet, row.FeatureSetVersion, row.FeatureSetHash, row.Revision)).Distinct().Count(),
        _rows.OfType<PredictionRow>().Select(row => (row.EntityId, row.BucketStart, row.Deployment, row.ModelSha256, row.FeatureSetHash, row.Revision)).Distinct().Count(),
        _rows.OfType<LabelRow>().Select(row => (row.EntityId, row.EventTime, row.Name, row.EventEnd, row.Source)).Distinct().Count());

    private static bool Matches(string? wanted, string value) => wanted is null || wanted == value;

    /// <summary>A text whose ordinal order is that of the UTF-8 bytes.</summary>
    private static string Key(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text)) + " ";

    private static IEnumerable<TRow> Answer<TRow>(
        HistoryQuery query, Revisions revisions, IEnumerable<TRow> rows, Func<TRow, (string Entity, long Time, int Revision)> place, Func<TRow, string> identity)
        where TRow : HistoryRow
    {
        var known = rows.Where(row => query.AsOf is not { } asOf || row.Origin.KnownTime <= asOf)
            .Where(row => (query.EntityId is null || query.EntityId == place(row).Entity) && query.Range.Contains(place(row).Time))
            .OrderBy(row => Day.Of(place(row).Time)).ThenBy(row => Key(place(row).Entity), StringComparer.Ordinal).ThenBy(row => place(row).Time)
            .ThenBy(identity, StringComparer.Ordinal).ThenBy(row => place(row).Revision).ThenBy(row => row.Origin);
        var chosen = revisions == Revisions.All ? known : known.GroupBy(row => (place(row).Entity, place(row).Time, identity(row))).Select(group => group.Last());
        var ordered = query.NewestFirst ? chosen.Reverse() : chosen;
        return query.Limit is { } limit ? ordered.Take(limit) : ordered;
    }
}
