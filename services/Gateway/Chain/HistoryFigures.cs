using Streaming.History;
using Streaming.History.Quality;
using Streaming.History.Queries;
using Streaming.History.Rows;

namespace Streaming.Gateway.Chain;

/// <summary>What the page shows of the history.</summary>
internal sealed record HistoryFigures(KeptAnswer Kept, IReadOnlyList<string> Entities, IReadOnlyList<AccuracyAnswer> Accuracy, IReadOnlyList<ModelAnswer> Models)
{
    // A page is for people; whoever has more entities asks for each by its id.
    private const int MostEntities = 200;
    private const int NewestOfEach = 4;

    public static readonly HistoryFigures None = new(new KeptAnswer(0, 0, 0), [], [], []);

    public static async Task<HistoryFigures> ReadAsync(IHistoryReader history, CancellationToken cancellation)
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
        var accuracy = quality.SelectMany(deployment => deployment.Entities.Take(MostEntities).Select(entity => new AccuracyAnswer(
            entity.Key, deployment.Deployment, deployment.LabelName, entity.Value.Total, entity.Value.Correct, deployment.AccuracyPercent(entity.Key))));
        return new HistoryFigures(new KeptAnswer(counts.Vectors, counts.Predictions, counts.Labels), entities, [.. accuracy], await ModelsAsync(history, entities, cancellation));
    }

    private static async Task<IReadOnlyList<ModelAnswer>> ModelsAsync(IHistoryReader history, IReadOnlyList<string> entities, CancellationToken cancellation)
    {
        var newest = new SortedDictionary<string, PredictionRow>(StringComparer.Ordinal);
        foreach (var entity in entities)
        {
            await foreach (var row in history.PredictionsAsync(new PredictionQuery { EntityId = entity, NewestFirst = true, Limit = NewestOfEach }, cancellation))
            {
                if (!newest.TryGetValue(row.Deployment, out var other) || row.Origin > other.Origin)
                {
                    newest[row.Deployment] = row;
                }
            }
        }

        return [.. newest.Values.Select(row => new ModelAnswer(row.Deployment, row.ModelName, row.ModelVersion, row.Stage, $"{row.FeatureSet} {row.FeatureSetVersion}", row.ModelSha256))];
    }
}
