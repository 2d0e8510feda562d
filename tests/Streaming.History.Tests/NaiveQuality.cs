using Streaming.History.Quality;
using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.History.Tests;

/// <summary>The cells of all confusion matrices, by comparing everything with everything.</summary>
internal static class NaiveQuality
{
    public static SortedDictionary<string, long> Of(IEnumerable<HistoryRow> rows, QualityQuery query)
    {
        var known = rows.Where(row => query.AsOf is not { } asOf || row.Origin.KnownTime <= asOf).ToList();
        var predictions = known.OfType<PredictionRow>()
            .Where(row => query.Range.Contains(row.BucketStart))
            .Where(row => (query.Deployment ?? row.Deployment) == row.Deployment && (query.Stage ?? row.Stage) == row.Stage && (query.ModelVersion ?? row.ModelVersion) == row.ModelVersion);
        var cells = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var bucket in predictions.GroupBy(row => (row.Deployment, row.EntityId, row.BucketStart, row.BucketEnd)))
        {
            var best = bucket.OrderBy(row => row.Revision).ThenBy(row => row.Origin).Last();
            foreach (var truths in known.OfType<LabelRow>().Where(label => Joins(label, best) && (query.LabelName ?? label.Name) == label.Name).GroupBy(label => label.Name))
            {
                if (best.Label is not null)
                {
                    var cell = $"{best.Deployment}/{truths.Key}/{best.EntityId}: {truths.OrderBy(label => label.Origin).Last().Value} as {best.Label}";
                    cells[cell] = cells.GetValueOrDefault(cell) + 1;
                }
            }
        }

        return cells;
    }

    public static SortedDictionary<string, long> Cells(IEnumerable<DeploymentQuality> qualities)
    {
        var cells = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var quality in qualities)
        {
            foreach (var (entity, matrix) in quality.Entities)
            {
                foreach (var (actual, predicted) in matrix.Classes.SelectMany(actual => matrix.Classes.Select(predicted => (actual, predicted))))
                {
                    if (matrix.Count(actual, predicted) is > 0 and var count)
                    {
                        cells.Add($"{quality.Deployment}/{quality.LabelName}/{entity}: {actual} as {predicted}", count);
                    }
                }
            }

            var total = new ConfusionMatrix();
            foreach (var matrix in quality.Entities.Values)
            {
                total.Add(matrix);
            }

            Assert.Equal((total.Total, total.Correct), (quality.Total.Total, quality.Total.Correct));
        }

        return cells;
    }

    private static bool Joins(LabelRow label, PredictionRow prediction) => label.EntityId == prediction.EntityId && (label.EventEnd is { } end
        ? label.EventTime < prediction.BucketEnd && end > prediction.BucketStart
        : label.EventTime >= prediction.BucketStart && label.EventTime < prediction.BucketEnd);
}
