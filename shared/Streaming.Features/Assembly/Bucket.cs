namespace Streaming.Features.Assembly;

/// <summary>A bucket that is open, or closed and revisable. The words of its running values follow in the same cell.</summary>
internal struct Bucket
{
    /// <summary>No bucket.</summary>
    public const int None = -1;

    /// <summary>Nothing is due.</summary>
    public const long Never = long.MaxValue;

    public long Start;

    /// <summary>The greatest event time in it: what is later cannot be a duplicate.</summary>
    public long LatestTime;

    /// <summary>Offsets of the first and the last reading in it.</summary>
    public long FirstOffset;
    public long LastOffset;

    /// <summary>When what was gathered for a revision leaves.</summary>
    public long ReportDue;

    /// <summary>A hash of everything beside its own readings that its last vector was made of.</summary>
    public ulong Looked;

    /// <summary>Of this, what was joined to it.</summary>
    public ulong Joined;

    /// <summary>The entity's next bucket before this one.</summary>
    public int Older;

    /// <summary>The transaction that keeps its old values.</summary>
    public int TouchedIn;

    /// <summary>Readings in it.</summary>
    public int Readings;

    /// <summary>Of these, readings in no vector yet.</summary>
    public int Unreported;

    /// <summary>Of these, readings that came after it was closed.</summary>
    public int Late;

    /// <summary>The revision of its next vector.</summary>
    public int Revision;

    /// <summary>What its readings are known by again.</summary>
    public Identities Identities;

    /// <summary>Values that are kept since their order counts, how many, and for how many of them order has been settled.</summary>
    public int OrderBlock;
    public int OrderCount;
    public int OrderSettled;

    public bool Closed;
}
