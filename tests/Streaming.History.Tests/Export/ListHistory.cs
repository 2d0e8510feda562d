using System.Runtime.CompilerServices;
using Streaming.History.Queries;
using Streaming.History.Rows;

namespace Streaming.History.Tests.Export;

/// <summary>A history over a list, in its documented order, which gives up control between any two rows.</summary>
internal sealed class ListHistory(IEnumerable<HistoryRow> rows) : IHistoryReader
{
    private readonly List<HistoryRow> _rows = [.. rows];

    public IAsyncEnumerable<VectorRow> VectorsAsync(VectorQuery query, CancellationToken cancellation = default) => Give(new ReferenceHistory(_rows).Vectors(query), cancellation);

    public IAsyncEnumerable<PredictionRow> PredictionsAsync(PredictionQuery query, CancellationToken cancellation = default) => Give(new ReferenceHistory(_rows).Predictions(query), cancellation);

    public IAsyncEnumerable<DeployedPrediction> DeployedPredictionsAsync(PredictionQuery query, CancellationToken cancellation = default) => throw new NotSupportedException("An export does not judge.");

    public IAsyncEnumerable<LabelRow> LabelsAsync(LabelQuery query, CancellationToken cancellation = default) => Give(new ReferenceHistory(_rows).Labels(query), cancellation);

    public IAsyncEnumerable<string> EntitiesAsync(TimeRange range, CancellationToken cancellation = default) => Give(new ReferenceHistory(_rows).Entities(range), cancellation);

    public IAsyncEnumerable<DeploymentRow> DeploymentsAsync(string? deployment = null, CancellationToken cancellation = default) => Give(_rows.OfType<DeploymentRow>(), cancellation);

    public IAsyncEnumerable<JobRow> JobsAsync(string? jobId = null, CancellationToken cancellation = default) => Give(_rows.OfType<JobRow>(), cancellation);

    public IAsyncEnumerable<FeatureSetRow> FeatureSetsAsync(string? name = null, CancellationToken cancellation = default) =>
        Give(_rows.OfType<FeatureSetRow>().Where(row => name is null || row.Name == name).OrderBy(row => row.Version).ThenBy(row => row.Hash, StringComparer.Ordinal).ThenBy(row => row.Origin), cancellation);

    public Task<HistoryCounts> CountAsync(CancellationToken cancellation = default) => Task.FromResult(new ReferenceHistory(_rows).Counts());

    private static async IAsyncEnumerable<T> Give<T>(IEnumerable<T> answer, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var row in answer)
        {
            cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return row;
        }
    }
}
