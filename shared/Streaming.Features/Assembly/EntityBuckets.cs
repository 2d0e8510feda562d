using System.Runtime.InteropServices;

namespace Streaming.Features.Assembly;

/// <summary>What a feature set remembers of an entity. One line of memory.</summary>
[StructLayout(LayoutKind.Sequential, Size = Memory.LineBytes)]
internal struct EntityBuckets
{
    /// <summary>The greatest event time seen.</summary>
    public long Watermark;

    /// <summary>The greatest arrival time of a reading that was no duplicate.</summary>
    public long LastArrival;

    /// <summary>The greatest end of a bucket that was closed: what belongs before it is late.</summary>
    public long ClosedThrough;

    /// <summary>The greatest end of a bucket that can no longer be revised.</summary>
    public long SealedThrough;

    /// <summary>A watermark below this one changes nothing.</summary>
    public long NextByWatermark;

    /// <summary>Offset of the last reading of any kind; decides who is evicted.</summary>
    public long LastOffset;

    /// <summary>The bucket with the greatest start.</summary>
    public int Newest;

    /// <summary>How many buckets there are.</summary>
    public int Count;

    /// <summary>What it looks back at beyond its buckets; <see cref="BlockStore.None"/> where there is nothing.</summary>
    public int History;

    /// <summary>Whether the feature set knows the entity.</summary>
    public bool Present;

    /// <summary>Of an entity that was never seen.</summary>
    public static EntityBuckets Unseen => new()
    {
        Watermark = long.MinValue,
        LastArrival = long.MinValue,
        ClosedThrough = long.MinValue,
        SealedThrough = long.MinValue,
        NextByWatermark = long.MaxValue,
        LastOffset = -1,
        Newest = Bucket.None,
        History = BlockStore.None,
    };
}
