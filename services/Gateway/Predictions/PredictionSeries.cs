using Streaming.Gateway.Models;
using Streaming.History;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.Gateway.Predictions;

/// <summary>Reads an entity's newest predictions and joins the labels that came later.</summary>
internal static class PredictionSeries
{
    /// <param name="history">The history.</param>
    /// <param name="models">What the deployed models say of themselves.</param>
    /// <param name="entity">The entity.</param>
    /// <param name="deployment">The deployment; null for that of the newest prediction.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async Task<PredictionsAnswer> ReadAsync(IHistoryReader history, ModelCatalogue models, string entity, string? deployment, int limit, CancellationToken cancellation)
    {
        deployment ??= await NewestDeploymentAsync(history, entity, cancellation);
        var rows = new List<PredictionRow>();
        if (deployment is not null)
        {
            await foreach (var row in history.PredictionsAsync(new PredictionQuery { EntityId = entity, Deployment = deployment, NewestFirst = true, Limit = limit }, cancellation))
            {
                rows.Add(row);
            }
        }

        if (rows.Count == 0)
        {
            return new PredictionsAnswer(entity, deployment, LabelName: null, Positive: null, Threshold: null, []);
        }

        if (models.Find(rows[0].ModelSha256) is null)
        {
            models.Look();
        }

        var (labelName, labels) = await LabelsAsync(history, entity, rows, cancellation);
        return Answer(models, entity, rows, labelName, labels);
    }

    private static async Task<string?> NewestDeploymentAsync(IHistoryReader history, string entity, CancellationToken cancellation)
    {
        await foreach (var row in history.PredictionsAsync(new PredictionQuery { EntityId = entity, NewestFirst = true, Limit = 1 }, cancellation))
        {
            return row.Deployment;
        }

        return null;
    }

    // Where several things are labelled, the one with the most labels is what the page compares with.
    private static async Task<(string? Name, List<LabelledTime> Labels)> LabelsAsync(
        IHistoryReader history, string entity, List<PredictionRow> rows, CancellationToken cancellation)
    {
        var names = new SortedDictionary<string, List<LabelledTime>>(StringComparer.Ordinal);
        var range = new TimeRange(rows.Min(row => row.BucketStart), rows.Max(row => row.BucketEnd));
        await foreach (var label in history.LabelsAsync(new LabelQuery { EntityId = entity, Range = range }, cancellation))
        {
            if (!names.TryGetValue(label.Name, out var labels))
            {
                names[label.Name] = labels = [];
            }

            labels.Add(new LabelledTime(label.EventTime, label.EventEnd, label.Value, label.Origin));
        }

        var most = names.OrderByDescending(name => name.Value.Count).FirstOrDefault();
        return (most.Key, most.Value ?? []);
    }

    private static PredictionsAnswer Answer(ModelCatalogue models, string entity, List<PredictionRow> rows, string? labelName, List<LabelledTime> labels)
    {
        var judged = LabelJoin.Join(rows.Select(row => new BucketPrediction(row.BucketStart, row.BucketEnd, row.Revision, row.Label, row.Origin)), labels);
        var chosen = rows
            .GroupBy(row => (row.BucketStart, row.BucketEnd))
            .ToDictionary(bucket => bucket.Key, bucket => bucket.MaxBy(row => (row.Revision, row.Origin))!);
        var points = judged.Select(bucket =>
        {
            var row = chosen[(bucket.Prediction.BucketStart, bucket.Prediction.BucketEnd)];
            return new PointAnswer(row.BucketStart, row.BucketEnd, ScoreOf(models, row), row.Label, bucket.Truth?.Value);
        }).ToArray();
        return new PredictionsAnswer(entity, rows[0].Deployment, labelName, PositiveOf(models, rows), rows[0].Threshold, points);
    }

    // One score speaks of the positive label. Of several, that label's place in the model tells which; without a positive label the greatest is shown.
    private static double? ScoreOf(ModelCatalogue models, PredictionRow row)
    {
        var scores = row.Scores.Span;
        if (scores.Length == 0)
        {
            return null;
        }

        var score = scores.Length == 1 ? scores[0]
            : models.Find(row.ModelSha256) is not { } model ? scores[^1]
            : model.PositiveIndex >= 0 && model.PositiveIndex < scores.Length ? scores[model.PositiveIndex]
            : Greatest(scores);
        return double.IsFinite(score) ? score : null;
    }

    private static double Greatest(ReadOnlySpan<double> scores)
    {
        var greatest = scores[0];
        foreach (var score in scores)
        {
            greatest = Math.Max(greatest, score);
        }

        return greatest;
    }

    // The newest model says it. Of one that is deployed no more it is the label that scores at or above the threshold were given.
    private static string? PositiveOf(ModelCatalogue models, List<PredictionRow> rows) => models.Find(rows[0].ModelSha256) is { } model
        ? model.PositiveLabel
        : rows.Find(row => row.Threshold is { } threshold && ScoreOf(models, row) >= threshold)?.Label;
}
