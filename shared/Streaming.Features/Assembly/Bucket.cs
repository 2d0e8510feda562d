namespace Streaming.Features.Assembly;

/// <summary>A bucket that is open, or closed and revisable.</summary>
internal struct Bucket
{
    /// <summary>No bucket.</summary>
    public const int None = -1;

    /// <summary>Nothing is due.</summary>
    public const long Never = long.MaxValue;

    public long Start;

    /// <summary>Offsets of the first and the last reading in it.</summary>
    public long FirstOffset;
    public long LastOffset;

    /// <summary>When what was gathered for a revision leaves.</summary>
    public long ReportDue;

    /// <summary>The greatest event time in it: what is later cannot be a duplicate.</summary>
    public long LatestTime;

    /// <summary>The entity's next bucket before this one.</summary>
    public int Older;

    /// <summary>Readings in it.</summary>
    public int Readings;

    /// <summary>Of these, readings in no vector yet.</summary>
    public int Unreported;

    /// <summary>Of these, readings that came after it was closed.</summary>
    public int Late;

    /// <summary>The revision of its next vector.</summary>
    public int Revision;

    /// <summary>The transaction that keeps its old values.</summary>
    public int TouchedIn;

    /// <summary>The identities of its readings, each with its length before it, and how many bytes they are.</summary>
    public int IdentityBlock;
    public int IdentityBytes;

    /// <summary>Hashes of the first of them, made when they are first asked for: how many, and of how many bytes of identities.</summary>
    public int HashBlock;
    public int Hashed;
    public int HashedBytes;

    public bool Closed;
}
