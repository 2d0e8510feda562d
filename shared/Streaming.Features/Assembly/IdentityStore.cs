using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Streaming.Features.Assembly;

/// <summary>Remembers what the readings of buckets are known by again, exactly. Whoever calls what changes identities keeps their old values first.</summary>
internal sealed unsafe class IdentityStore(BlockStore blocks)
{
    private const int FirstHashBytes = 64;

    private int _expectedShortBytes = 64;
    private int _expectedFullBytes = 128;

    /// <summary>Whether a short identity is there.</summary>
    public bool HasShort(in Identities of, ulong identity) => of.ShortCount > 0 && Shorts(of).Contains(identity);

    /// <summary>Whether a full identity is there.</summary>
    public bool HasFull(in Identities of, ReadOnlySpan<byte> identity)
    {
        var hashes = MemoryMarshal.Cast<byte, ulong>(blocks[of.HashBlock])[..of.Hashed];
        var hash = Hash.Salted(identity);
        for (int from = 0, found; from < hashes.Length && (found = hashes[from..].IndexOf(hash)) >= 0; from += found + 1)
        {
            if (Full(of, from + found).SequenceEqual(identity))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Makes the hashes that <see cref="HasFull"/> looks at.</summary>
    public void HashRest(ref Identities of)
    {
        of.HashBlock = blocks.WithRoom(of.HashBlock, of.Hashed * sizeof(ulong), (of.FullCount - of.Hashed) * sizeof(ulong), FirstHashBytes);
        var hashes = MemoryMarshal.Cast<byte, ulong>(blocks[of.HashBlock]);
        ReadOnlySpan<byte> rest = blocks[of.FullBlock][of.HashedBytes..of.FullBytes];
        while (of.Hashed < of.FullCount)
        {
            hashes[of.Hashed++] = Hash.Salted(Numbers.ReadBytes(ref rest));
        }

        of.HashedBytes = of.FullBytes;
    }

    /// <summary>Remembers a short identity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddShort(ref Identities of, ulong identity)
    {
        of.ShortBlock = blocks.WithRoom(of.ShortBlock, of.ShortCount * sizeof(ulong), sizeof(ulong), _expectedShortBytes);
        ((ulong*)blocks.At(of.ShortBlock))[of.ShortCount++] = identity;
    }

    /// <summary>Remembers a full identity.</summary>
    public void AddFull(ref Identities of, ReadOnlySpan<byte> identity)
    {
        of.FullBlock = blocks.WithRoom(of.FullBlock, of.FullBytes, identity.Length + Numbers.MaxBytes, _expectedFullBytes);
        var place = blocks[of.FullBlock][of.FullBytes..];
        var length = Numbers.Write(place, (ulong)identity.Length);
        identity.CopyTo(place[length..]);
        of.FullBytes += length + identity.Length;
        of.FullCount++;
    }

    /// <summary>The short ones, in the order of their readings.</summary>
    public ReadOnlySpan<ulong> Shorts(in Identities of) => of.ShortCount == 0 ? default : new(blocks.At(of.ShortBlock), of.ShortCount);

    /// <summary>The full ones, each with its length before it.</summary>
    public ReadOnlySpan<byte> Fulls(in Identities of) => of.FullCount == 0 ? default : blocks[of.FullBlock][..of.FullBytes];

    /// <summary>Gives the memory back, at the transaction's end.</summary>
    public void Give(in Identities of)
    {
        // What a bucket came to need is a good guess for the next one.
        if (of.ShortBlock != BlockStore.None)
        {
            _expectedShortBytes = BlockStore.Length(of.ShortBlock);
        }

        if (of.FullBlock != BlockStore.None)
        {
            _expectedFullBytes = BlockStore.Length(of.FullBlock);
        }

        blocks.Give(of.ShortBlock);
        blocks.Give(of.FullBlock);
        blocks.Give(of.HashBlock);
    }

    /// <summary>Asks for the memory that the next identity goes into.</summary>
    public void Prefetch(in Identities of)
    {
        if (of.ShortBlock != BlockStore.None)
        {
            Memory.Prefetch(blocks.At(of.ShortBlock) + (of.ShortCount * sizeof(ulong)));
        }

        if (of.FullBlock != BlockStore.None)
        {
            Memory.Prefetch(blocks.At(of.FullBlock) + of.FullBytes);
        }
    }

    private ReadOnlySpan<byte> Full(in Identities of, int position)
    {
        var rest = Fulls(of);
        for (; position > 0; position--)
        {
            Numbers.ReadBytes(ref rest);
        }

        return Numbers.ReadBytes(ref rest);
    }
}
