using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Features.Replay;
using Streaming.History;
using Streaming.History.Queries;
using Streaming.History.Rows;

namespace Streaming.Cli.Verifying;

/// <summary>What the history holds of one partition's vectors. It has another order than the log, so all of it is taken at once.</summary>
internal sealed class ServedHistory(IHistoryReader history, IReadOnlyList<FeatureSetDefinition> sets, VectorChoice choice, int partition) : IServedVectors
{
    public bool AtEnd { get; private set; }

    public async Task TakeAsync(VectorComparison into, CancellationToken cancellation)
    {
        AtEnd = true;
        foreach (var set in sets)
        {
            foreach (var entity in choice.Entities ?? (IEnumerable<string?>)[null])
            {
                var query = new VectorQuery
                {
                    EntityId = entity,
                    Range = new TimeRange(choice.From, choice.To),
                    FeatureSet = set.Name,
                    FeatureSetVersion = set.Version,
                    Revisions = Revisions.All,
                };
                await foreach (var row in history.VectorsAsync(query, cancellation))
                {
                    if (row.InputPartition == partition && row.CloseReason != CloseReason.Backfill.ToSymbol())
                    {
                        into.AddServed(Vector(row));
                    }
                }
            }
        }
    }

    public void Dispose()
    {
    }

    private static FeatureVector Vector(VectorRow row) => new()
    {
        EntityId = row.EntityId,
        BucketStart = row.BucketStart,
        BucketEnd = row.BucketEnd,
        FeatureSet = row.FeatureSet,
        FeatureSetVersion = row.FeatureSetVersion,
        FeatureSetHash = row.FeatureSetHash,
        Revision = row.Revision,
        Features = row.Features.ToArray(),
        Missing = row.Missing.ToArray(),
        ReadingCount = row.ReadingCount,
        LateCount = row.LateCount,
        Completeness = row.Completeness,
        CloseReason = CloseReasonSymbols.TryParse(row.CloseReason, out var reason) ? reason : CloseReason.Unknown,
        InputPartition = row.InputPartition,
        FirstOffset = row.FirstOffset,
        LastOffset = row.LastOffset,
    };
}
