using System.Text;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Features.Replay;

/// <summary>Which vectors a replay is about: by bucket start, and by entity where some are named.</summary>
/// <param name="From">The first bucket start, inclusive, in milliseconds since 1970.</param>
/// <param name="To">Exclusive.</param>
/// <param name="Entities">The entities or groups; null for all.</param>
public sealed record VectorChoice(long From, long To, IReadOnlySet<string>? Entities = null)
{
    /// <summary>Whether a vector is chosen.</summary>
    public bool Takes(scoped in FeatureVectorView vector) =>
        vector.BucketStart >= From && vector.BucketStart < To && (Entities is null || Entities.Contains(Encoding.UTF8.GetString(vector.EntityId)));

    /// <summary>Whether a vector is chosen.</summary>
    public bool Takes(FeatureVector vector)
    {
        ArgumentNullException.ThrowIfNull(vector);
        return vector.BucketStart >= From && vector.BucketStart < To && (Entities is null || Entities.Contains(vector.EntityId));
    }

    /// <summary>The partitions in which chosen vectors can be, ascending.</summary>
    /// <param name="partitions">How many there are.</param>
    public IReadOnlyList<int> Partitions(int partitions) => Entities is null
        ? [.. Enumerable.Range(0, partitions)]
        : [.. Entities.Select(entity => Murmur2.Partition(Encoding.UTF8.GetBytes(entity), partitions)).Distinct().Order()];
}
