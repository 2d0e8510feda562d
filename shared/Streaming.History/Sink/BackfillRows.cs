using Streaming.Contracts;
using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.History.Sink;

/// <summary>The rows of a backfill: what was computed of the log later on, by a feature set that did not run at the time.</summary>
public static class BackfillRows
{
    /// <summary>The row of a vector, with the close reason <c>backfill</c>.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="job">Where the job's first step stands: from then on the vector is known. One for all vectors of a job, so that writing it again changes nothing.</param>
    public static HistoryRow Of(FeatureVector vector, RecordOrigin job)
    {
        ArgumentNullException.ThrowIfNull(vector);
        return (VectorRow)RecordRows.Of(vector, job) with { CloseReason = CloseReason.Backfill.ToSymbol() };
    }

    /// <summary>The row of a feature set.</summary>
    /// <param name="set">The feature set.</param>
    /// <param name="job">Where the job's first step stands.</param>
    public static HistoryRow Of(FeatureSet set, RecordOrigin job)
    {
        ArgumentNullException.ThrowIfNull(set);
        return RecordRows.Of(set, job);
    }
}
