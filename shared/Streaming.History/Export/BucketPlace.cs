using Streaming.History.Queries;
using Streaming.History.Rows;

namespace Streaming.History.Export;

/// <summary>Where a bucket stands in the order in which histories give rows: by day, entity and time.</summary>
internal readonly record struct BucketPlace(long Day, string EntityId, long BucketStart) : IComparable<BucketPlace>
{
    public static BucketPlace Of(VectorRow vector) => new(Queries.Day.Of(vector.BucketStart), vector.EntityId, vector.BucketStart);

    public static BucketPlace Of(PredictionRow prediction) => new(Queries.Day.Of(prediction.BucketStart), prediction.EntityId, prediction.BucketStart);

    public int CompareTo(BucketPlace other)
    {
        var order = Day.CompareTo(other.Day);
        if (order == 0)
        {
            order = Utf8Order.Instance.Compare(EntityId, other.EntityId);
        }

        return order == 0 ? BucketStart.CompareTo(other.BucketStart) : order;
    }

    /// <summary>Holds a history to its order: rows out of it would make files that depend on the store.</summary>
    /// <exception cref="HistoryUnusableException">The next row does not come after the last one.</exception>
    public void RequireAfter(BucketPlace? last, bool mayRepeat)
    {
        if (last is { } known && CompareTo(known) is var order && (order < 0 || (order == 0 && !mayRepeat)))
        {
            throw new HistoryUnusableException(
                $"The history gives the bucket {BucketStart} of entity '{EntityId}' after the bucket {known.BucketStart} of entity '{known.EntityId}': rows must come by day, "
                + "entity and time, and a bucket once; this store cannot be exported from.");
        }
    }
}
