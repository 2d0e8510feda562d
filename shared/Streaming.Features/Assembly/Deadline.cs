namespace Streaming.Features.Assembly;

/// <summary>Something that happens to a bucket when time has come. Of one entity they come in the order of time, bucket and feature set.</summary>
internal readonly record struct Deadline(long Time, long BucketStart, int Set, int Bucket)
{
    /// <summary>Nothing is due, ever.</summary>
    public static readonly Deadline None = new(long.MaxValue, long.MaxValue, int.MaxValue, Assembly.Bucket.None);

    public bool IsBefore(in Deadline other) =>
        Time < other.Time || (Time == other.Time && (BucketStart < other.BucketStart || (BucketStart == other.BucketStart && Set < other.Set)));
}
