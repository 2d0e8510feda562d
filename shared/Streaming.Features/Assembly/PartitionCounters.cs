namespace Streaming.Features.Assembly;

/// <summary>What came into a partition beside readings to count.</summary>
public record struct PartitionCounters
{
    /// <summary>Ticks.</summary>
    public long Ticks { get; set; }

    /// <summary>Copies of group readings and group attributes that are at home in another partition.</summary>
    public long Copies { get; set; }

    /// <summary>Records of attributes that are at home here.</summary>
    public long Attributes { get; set; }

    /// <summary>Records of what members of groups say; some of sets that do not run here.</summary>
    public long Members { get; set; }

    /// <summary>Of these, those that changed nothing: a later one was there, their bucket is forgotten, or their set does not run.</summary>
    public long MembersIgnored { get; set; }

    /// <summary>Records that could not be decoded.</summary>
    public long Malformed { get; set; }
}
