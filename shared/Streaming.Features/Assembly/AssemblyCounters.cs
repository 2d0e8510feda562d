namespace Streaming.Features.Assembly;

/// <summary>What became of the readings of a partition in one feature set. Every reading is in exactly one of the classes: readings = contributed + pending +
/// duplicate + late + filtered + evicted.</summary>
public record struct AssemblyCounters
{
    /// <summary>Readings that came, copies of group readings not among them.</summary>
    public long Readings { get; set; }

    /// <summary>In a vector that left.</summary>
    public long Contributed { get; set; }

    /// <summary>In a bucket, not in a vector yet.</summary>
    public long Pending { get; set; }

    /// <summary>Repeated, and changed nothing.</summary>
    public long Duplicate { get; set; }

    /// <summary>Too late for a revision; in <c>sensor.late</c>.</summary>
    public long Late { get; set; }

    /// <summary>Of no use to the feature set.</summary>
    public long Filtered { get; set; }

    /// <summary>Dropped to keep within a bound.</summary>
    public long Evicted { get; set; }

    /// <summary>Vectors that left, revisions among them.</summary>
    public long Vectors { get; set; }

    /// <summary>Of these, revisions.</summary>
    public long Revisions { get; set; }

    /// <summary>Readings that came after their bucket was closed and went into a revision; they are contributed or pending too.</summary>
    public long Revised { get; set; }

    /// <summary>Buckets dropped before their vector left, to keep within a bound.</summary>
    public long EvictedBuckets { get; set; }

    /// <summary>Entities forgotten to keep within a bound.</summary>
    public long EvictedEntities { get; set; }

    /// <summary>Entities remembered.</summary>
    public long Entities { get; set; }

    /// <summary>Buckets open or revisable.</summary>
    public long Buckets { get; set; }

    /// <summary>A hash of every vector that left, in order.</summary>
    public ulong VectorDigest { get; set; }
}
