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

    /// <summary>Records that could not be decoded.</summary>
    public long Malformed { get; set; }
}
