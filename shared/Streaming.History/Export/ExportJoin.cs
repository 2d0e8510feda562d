using System.Runtime.CompilerServices;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.History.Export;

/// <summary>Where the rows of an export come from, each in the order of <see cref="IHistoryReader"/>.</summary>
/// <param name="Vectors">The vectors of the feature set in the range: of each entity and bucket those that count.</param>
/// <param name="Labels">Opens the labels that touch a range of time, corrected ones included.</param>
/// <param name="Predictions">The deployment's predictions in the range.</param>
public sealed record ExportSources(
    IAsyncEnumerable<VectorRow> Vectors, Func<TimeRange, IAsyncEnumerable<LabelRow>> Labels, Func<IAsyncEnumerable<PredictionRow>> Predictions);

/// <summary>
/// Puts labels and predictions beside vectors, in one pass over each: memory holds the labels of a day or two, whatever the range. What comes out depends on
/// the rows alone, not on how they were fetched. Reads no clock and no store.
/// </summary>
/// <param name="query">What is asked for.</param>
public sealed class ExportJoin(ExportQuery query)
{
    private long? _bucketLength;

    /// <summary>Vectors under the feature set's name and version that were made by another content, and left out.</summary>
    public long OtherContents { get; private set; }

    /// <summary>The rows, by day, entity and bucket. To be enumerated once.</summary>
    /// <exception cref="HistoryUnusableException">The history does not keep its order, or vectors are not as their feature set says.</exception>
    public async IAsyncEnumerable<ExportRow> JoinAsync(ExportSources sources, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        LabelWindow? window = null;
        await using var predictions = query.Deployment is null ? null : new PredictionCursor(sources.Predictions().GetAsyncEnumerator(cancellation));
        try
        {
            BucketPlace? last = null;
            LabelSweep? sweep = null;
            await foreach (var vector in sources.Vectors.WithCancellation(cancellation).ConfigureAwait(false))
            {
                if (vector.FeatureSetHash != query.FeatureSet.Hash)
                {
                    OtherContents++;
                    continue;
                }

                Require(vector);
                var place = BucketPlace.Of(vector);
                place.RequireAfter(last, mayRepeat: false);
                var label = default(LabelledTime?);
                if (query.Label is not null)
                {
                    window ??= new LabelWindow(sources.Labels(LabelRange(vector)).GetAsyncEnumerator(cancellation));
                    if (last?.Day != place.Day)
                    {
                        window.Forget(place.Day * Day.Milliseconds);
                    }

                    var read = await window.ReadAsync(vector.BucketEnd).ConfigureAwait(false);
                    if (read || last?.Day != place.Day || last?.EntityId != place.EntityId)
                    {
                        sweep = new LabelSweep(window.Of(place.EntityId));
                    }

                    label = sweep!.Newest(vector.BucketStart, vector.BucketEnd);
                }

                last = place;
                var prediction = predictions is null ? null : await predictions.FindAsync(vector).ConfigureAwait(false);
                var state = State(vector, label);
                yield return new ExportRow(vector, state, state == LabelState.Known ? label : null, prediction);
            }
        }
        finally
        {
            if (window is not null)
            {
                await window.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private LabelState State(VectorRow vector, LabelledTime? label) => query.Label switch
    {
        null => LabelState.None,
        { } rule when !rule.IsMature(vector.BucketEnd, query.AsOf) => LabelState.Immature,
        _ when label is not null => LabelState.Known,
        { Assumed: not null } => LabelState.Assumed,
        _ => LabelState.Missing,
    };

    /// <summary>From the first day on (other entities have earlier buckets on it) to the end of the last bucket that the range can hold: one content has one bucket length.</summary>
    private TimeRange LabelRange(VectorRow first)
    {
        var length = first.BucketEnd - first.BucketStart;
        return new TimeRange(Math.Max(query.Range.From, Day.Of(first.BucketStart) * Day.Milliseconds), query.Range.To > long.MaxValue - length ? long.MaxValue : query.Range.To + length);
    }

    private void Require(VectorRow vector)
    {
        var length = vector.BucketEnd - vector.BucketStart;
        _bucketLength ??= length;
        var fault = length != _bucketLength ? $"is {length} ms long, and others are {_bucketLength} ms"
            : vector.Features.Length != query.FeatureSet.Columns.Count ? $"has {vector.Features.Length} features, and the feature set {query.FeatureSet.Columns.Count}"
            : null;
        if (fault is not null)
        {
            throw new HistoryUnusableException(
                $"The bucket {vector.BucketStart} of entity '{vector.EntityId}' {fault}: vectors of {query.FeatureSet.Name}:{query.FeatureSet.Version} with the content {query.FeatureSet.Hash} "
                + "must be alike; the topic has records that another program wrote under that name, so choose a range without them.");
        }
    }
}
