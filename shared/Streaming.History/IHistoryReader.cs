using Streaming.History.Queries;
using Streaming.History.Rows;

namespace Streaming.History;

/// <summary>
/// Reads the history. Rows are fetched page by page as they are taken, so that neither memory nor locks grow with the answer; what is written meanwhile may or
/// may not be seen. Safe to call from many threads.
/// </summary>
/// <remarks>Every method throws <see cref="HistoryUnavailableException"/> where the store cannot answer now, and <see cref="HistoryException"/> where no waiting mends it.</remarks>
public interface IHistoryReader
{
    /// <summary>Feature vectors.</summary>
    IAsyncEnumerable<VectorRow> VectorsAsync(VectorQuery query, CancellationToken cancellation = default);

    /// <summary>Predictions.</summary>
    IAsyncEnumerable<PredictionRow> PredictionsAsync(PredictionQuery query, CancellationToken cancellation = default);

    /// <summary>Predictions with only what judging them takes: much cheaper than <see cref="PredictionsAsync"/>, in the same order. All revisions come, whatever the
    /// query says, since choosing among them is <see cref="Monitoring.LabelJoin"/>'s.</summary>
    IAsyncEnumerable<DeployedPrediction> DeployedPredictionsAsync(PredictionQuery query, CancellationToken cancellation = default);

    /// <summary>Labels.</summary>
    IAsyncEnumerable<LabelRow> LabelsAsync(LabelQuery query, CancellationToken cancellation = default);

    /// <summary>Every entity with a vector or prediction in a range of bucket starts, in the order of its UTF-8 bytes.</summary>
    IAsyncEnumerable<string> EntitiesAsync(TimeRange range, CancellationToken cancellation = default);

    /// <summary>Changes of what is deployed, of one deployment or (null) all: by deployment, revision and origin.</summary>
    IAsyncEnumerable<DeploymentRow> DeploymentsAsync(string? deployment = null, CancellationToken cancellation = default);

    /// <summary>Steps of one job or (null) all: by job and origin.</summary>
    IAsyncEnumerable<JobRow> JobsAsync(string? jobId = null, CancellationToken cancellation = default);

    /// <summary>Feature sets, of one name or (null) all: by name, version, hash and origin.</summary>
    IAsyncEnumerable<FeatureSetRow> FeatureSetsAsync(string? name = null, CancellationToken cancellation = default);

    /// <summary>How much is kept.</summary>
    Task<HistoryCounts> CountAsync(CancellationToken cancellation = default);

    /// <summary>Something that differs whenever what is kept does, and costs next to nothing; null where the store has no such thing.</summary>
    Task<string?> VersionAsync(CancellationToken cancellation = default) => Task.FromResult<string?>(null);
}
