using Streaming.History.Rows;

namespace Streaming.History.Export;

/// <summary>Walks over one deployment's predictions beside vectors in the same order.</summary>
internal sealed class PredictionCursor(IAsyncEnumerator<PredictionRow> predictions) : IAsyncDisposable
{
    private PredictionRow? _next;
    private bool _started;

    /// <summary>What was said of a vector's bucket: the highest revision, and of equal ones the newest; null where nothing was. Vectors come in order.</summary>
    public async ValueTask<PredictionRow?> FindAsync(VectorRow vector)
    {
        if (!_started)
        {
            _started = true;
            await MoveAsync().ConfigureAwait(false);
        }

        var place = BucketPlace.Of(vector);
        PredictionRow? found = null;
        while (_next is { } row && BucketPlace.Of(row).CompareTo(place) is var order && order <= 0)
        {
            if (order == 0 && IsOf(row, vector) && (found is null || Replaces(row, found)))
            {
                found = row;
            }

            await MoveAsync().ConfigureAwait(false);
            if (_next is { } next)
            {
                BucketPlace.Of(next).RequireAfter(BucketPlace.Of(row), mayRepeat: true);
            }
        }

        return found;
    }

    public ValueTask DisposeAsync() => predictions.DisposeAsync();

    private static bool IsOf(PredictionRow prediction, VectorRow vector) =>
        prediction.BucketEnd == vector.BucketEnd && prediction.FeatureSetHash == vector.FeatureSetHash;

    private static bool Replaces(PredictionRow prediction, PredictionRow other) =>
        prediction.Revision != other.Revision ? prediction.Revision > other.Revision : prediction.Origin > other.Origin;

    private async ValueTask MoveAsync() => _next = await predictions.MoveNextAsync().ConfigureAwait(false) ? predictions.Current : null;
}
