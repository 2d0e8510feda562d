using Streaming.Gateway.Models;
using Streaming.History;
using Streaming.History.Quality;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.Gateway.Chain;

/// <summary>What the page shows of the history, and the entities that it can be asked for.</summary>
internal sealed record HistoryFigures(KeptAnswer Kept, IReadOnlyList<string> Entities, IReadOnlyList<AccuracyAnswer> Accuracy, IReadOnlyList<ModelAnswer> Models)
{
    /// <summary>Of more entities than these the first are listed; the others can still be asked for by their ids.</summary>
    public const int MostEntities = 100_000;

    // So many figures fit on a wall; of more entities those come that are wrong most often.
    private const int MostFigures = 8;
    private const int NewestPredictions = 200;

    public static readonly HistoryFigures None = new(new KeptAnswer(0, 0, 0), [], [], []);

    public static async Task<HistoryFigures> ReadAsync(IHistoryReader history, ModelCatalogue models, CancellationToken cancellation)
    {
        var counts = await history.CountAsync(cancellation);
        var entities = new List<string>();
        await foreach (var entity in history.EntitiesAsync(TimeRange.All, cancellation))
        {
            entities.Add(entity);
            if (entities.Count == MostEntities)
            {
                break;
            }
        }

        var quality = await QualityReport.ComputeAsync(history, new QualityQuery(), cancellation);
        return new HistoryFigures(
            new KeptAnswer(counts.Vectors, counts.Predictions, counts.Labels),
            entities,
            [.. quality.SelectMany(AccuracyOf)],
            await ModelsAsync(history, models, cancellation));
    }

    private static IEnumerable<AccuracyAnswer> AccuracyOf(DeploymentQuality quality)
    {
        if (quality.Entities.Count > 1)
        {
            yield return Figure(null, quality.Total);
        }

        IEnumerable<KeyValuePair<string, ConfusionMatrix>> shown = quality.Entities.Count <= MostFigures
            ? quality.Entities
            : quality.Entities.Where(entity => entity.Value.Total > 0).OrderBy(entity => entity.Value.Accuracy).Take(MostFigures);
        foreach (var (entity, matrix) in shown)
        {
            yield return Figure(entity, matrix);
        }

        AccuracyAnswer Figure(string? entity, ConfusionMatrix matrix) =>
            new(entity, entity is null ? quality.Entities.Count : 1, quality.Deployment, quality.LabelName, matrix.Total, matrix.Correct, matrix.Accuracy * 100);
    }

    private static async Task<IReadOnlyList<ModelAnswer>> ModelsAsync(IHistoryReader history, ModelCatalogue models, CancellationToken cancellation)
    {
        var newest = new SortedDictionary<(string Deployment, string Sha256), PredictionRow>();
        await foreach (var row in history.PredictionsAsync(new PredictionQuery { NewestFirst = true, Limit = NewestPredictions }, cancellation))
        {
            var key = (row.Deployment, row.ModelSha256);
            if (!newest.TryGetValue(key, out var other) || row.BucketEnd > other.BucketEnd)
            {
                newest[key] = row;
            }
        }

        var answers = models.Deployed.Select(model => new ModelAnswer(
            model.Deployment,
            model.Manifest.Name,
            model.Manifest.Version,
            newest.TryGetValue((model.Deployment, model.Manifest.Sha256), out var row) ? row.Stage : "production",
            $"{model.Manifest.FeatureSet.Name} {model.Manifest.FeatureSet.Version}",
            model.Manifest.Sha256,
            row is null ? ModelAnswer.Deployed : ModelAnswer.Running,
            row?.BucketEnd)).ToList();
        foreach (var (key, row) in newest.Where(row => !answers.Exists(answer => (answer.Deployment, answer.Sha256) == row.Key)))
        {
            answers.Add(new ModelAnswer(
                key.Deployment, row.ModelName, row.ModelVersion, row.Stage, $"{row.FeatureSet} {row.FeatureSetVersion}", key.Sha256, models.IsKnown ? ModelAnswer.Withdrawn : ModelAnswer.Running, row.BucketEnd));
        }

        return answers;
    }
}
