namespace Streaming.Features.Assembly;

/// <summary>
/// Where the identities of a bucket's readings lie. Most are short: of the entity's first device, with a sequence of 32 bits; these are eight bytes,
/// event time since the bucket's start and sequence. The others stand in full, each with its length before it.
/// </summary>
internal struct Identities
{
    /// <summary>Short ones, and how many.</summary>
    public int ShortBlock;
    public int ShortCount;

    /// <summary>Full ones, how many, and how many bytes they are.</summary>
    public int FullBlock;
    public int FullCount;
    public int FullBytes;

    /// <summary>Hashes of the first of the full ones, made when they are first asked for: how many, and of how many bytes of identities.</summary>
    public int HashBlock;
    public int Hashed;
    public int HashedBytes;

    public static Identities Empty => new() { ShortBlock = BlockStore.None, FullBlock = BlockStore.None, HashBlock = BlockStore.None };
}
