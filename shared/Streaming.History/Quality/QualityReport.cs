using Streaming.History.Queries;
using Streaming.Monitoring;

namespace Streaming.History.Quality;

/// <summary>
/// Derives the quality of deployments from the history: of each deployment, entity and bucket the highest revision, against the newest label that joins the
/// bucket. Entity by entity, so that memory does not grow with their number.
/// </summary>
public static class QualityReport
{
    /// <summary>One for each deployment and label name, by deployment, then name.</summary>
    public static async Task<IReadOnlyList<DeploymentQuality>> ComputeAsync(IHistoryReader history, QualityQuery query, CancellationToken cancellation = default)
    {
        var qualities = new Dictionary<(string Deployment, string LabelName), DeploymentQuality>();
        await foreach (var entity in history.EntitiesAsync(query.Range, cancellation).ConfigureAwait(false))
        {
            var predictions = await PredictionsAsync(history, query, entity, cancellation).ConfigureAwait(false);
            var labels = predictions.Count == 0 ? [] : await LabelsAsync(history, query, entity, Extent(predictions.Values), cancellation).ConfigureAwait(false);
            foreach (var (deployment, predicted) in predictions)
            {
                foreach (var (name, labelled) in labels)
                {
                    if (!qualities.TryGetValue((deployment, name), out var quality))
                    {
                        quality = new DeploymentQuality(deployment, name);
                        qualities.Add((deployment, name), quality);
                    }

                    quality.Add(entity, ConfusionMatrix.Of(LabelJoin.Join(predicted, labelled)));
                }
            }
        }

        return [.. qualities.Values.OrderBy(quality => quality.Deployment, StringComparer.Ordinal).ThenBy(quality => quality.LabelName, StringComparer.Ordinal)];
    }

    private static async Task<Dictionary<string, List<BucketPrediction>>> PredictionsAsync(
        IHistoryReader history, QualityQuery query, string entity, CancellationToken cancellation)
    {
        var wanted = new PredictionQuery
        {
            EntityId = entity,
            Range = query.Range,
            AsOf = query.AsOf,
            Deployment = query.Deployment,
            ModelName = query.ModelName,
            ModelVersion = query.ModelVersion,
            Stage = query.Stage,
        };
        var predictions = new Dictionary<string, List<BucketPrediction>>(StringComparer.Ordinal);
        await foreach (var prediction in history.DeployedPredictionsAsync(wanted, cancellation).ConfigureAwait(false))
        {
            Group(predictions, prediction.Deployment).Add(prediction.Prediction);
        }

        return predictions;
    }

    private static async Task<Dictionary<string, List<LabelledTime>>> LabelsAsync(
        IHistoryReader history, QualityQuery query, string entity, TimeRange extent, CancellationToken cancellation)
    {
        var wanted = new LabelQuery { EntityId = entity, Range = extent, AsOf = query.AsOf, Name = query.LabelName };
        var labels = new Dictionary<string, List<LabelledTime>>(StringComparer.Ordinal);
        await foreach (var label in history.LabelsAsync(wanted, cancellation).ConfigureAwait(false))
        {
            Group(labels, label.Name).Add(new LabelledTime(label.EventTime, label.EventEnd, label.Value, label.Origin));
        }

        return labels;
    }

    /// <summary>From the first bucket's start to the last one's end: the last may reach beyond the range of bucket starts.</summary>
    private static TimeRange Extent(IEnumerable<List<BucketPrediction>> predictions)
    {
        var (from, to) = (long.MaxValue, long.MinValue);
        foreach (var prediction in predictions.SelectMany(list => list))
        {
            (from, to) = (Math.Min(from, prediction.BucketStart), Math.Max(to, prediction.BucketEnd));
        }

        return new TimeRange(from, to);
    }

    private static List<T> Group<T>(Dictionary<string, List<T>> groups, string name)
    {
        if (!groups.TryGetValue(name, out var list))
        {
            list = [];
            groups.Add(name, list);
        }

        return list;
    }
}
