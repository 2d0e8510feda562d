namespace Streaming.History.Export;

/// <summary>Which labels join exported rows, and what the lack of one means.</summary>
/// <param name="Name">What is labelled.</param>
/// <param name="Maturity">How long after a bucket's end its truth can still come, in milliseconds; not negative.</param>
/// <param name="Assumed">The value of a mature bucket that no label joins, where labels are only given for one side (an illness is reported, health never
/// is); null where such a bucket has no label.</param>
public sealed record LabelRule(string Name, long Maturity, string? Assumed = null)
{
    /// <summary>Whether all that may be said of a bucket has been said at a time.</summary>
    /// <param name="bucketEnd">Exclusive, in milliseconds since 1970.</param>
    /// <param name="asOf">The time, in milliseconds since 1970.</param>
    public bool IsMature(long bucketEnd, long asOf) => bucketEnd <= asOf && asOf - bucketEnd >= Maturity;
}
