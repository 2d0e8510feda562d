using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Streaming.Features.Assembly;

/// <summary>The buckets of one feature set in a partition: their fields, the words of their running values, and the identities of their readings.</summary>
internal sealed class BucketStore(VectorPlan plan, BlockStore blocks)
{
    private const int FirstHashBytes = 64;
    private const int FirstIdentityBytes = 128;

    // A bucket's fields and words lie together: one place in memory to wait for.
    private static readonly int FieldWords = (Unsafe.SizeOf<Bucket>() + sizeof(double) - 1) / sizeof(double);

    private readonly PagedArray<double> _cells = new(FieldWords + plan.Words);
    private Stack<int> _free = new();
    private Stack<int> _taken = new();
    private Stack<int> _given = new();
    private Stack<int> _touched = new();
    private Stack<double> _oldCells = new();
    private int _slots;
    private int _expectedIdentityBytes = FirstIdentityBytes;

    /// <summary>Bytes of the buckets and their words, without the identities.</summary>
    public long Bytes => _cells.Bytes;

    /// <summary>The fields of a bucket, to be changed only after <see cref="Touch"/>.</summary>
    public ref Bucket this[int index] => ref Unsafe.As<double, Bucket>(ref _cells[index]);

    /// <summary>The words of a bucket, to be changed only after <see cref="Touch"/>.</summary>
    public Span<double> Words(int index) => _cells.Row(index)[FieldWords..];

    /// <summary>Takes an empty bucket.</summary>
    public int Take(long start, int transaction)
    {
        var index = _free.Count > 0 ? _free.Pop() : _slots++;
        _cells.Ensure(_slots);
        _taken.Push(index);
        this[index] = new Bucket
        {
            Start = start,
            FirstOffset = -1,
            LastOffset = -1,
            ReportDue = Bucket.Never,
            LatestTime = long.MinValue,
            Older = Bucket.None,
            TouchedIn = transaction,
            HashBlock = BlockStore.None,
            IdentityBlock = BlockStore.None,
        };
        plan.Clear(Words(index));
        return index;
    }

    /// <summary>Gives a bucket back, at the transaction's end.</summary>
    public void Give(int index)
    {
        ref var bucket = ref this[index];
        if (bucket.IdentityBlock != BlockStore.None)
        {
            // What a bucket came to need is a good guess for the next one.
            _expectedIdentityBytes = BlockStore.Length(bucket.IdentityBlock);
        }

        blocks.Give(bucket.HashBlock);
        blocks.Give(bucket.IdentityBlock);
        _given.Push(index);
    }

    /// <summary>Keeps a bucket's old values, once in a transaction.</summary>
    public void Touch(int index, int transaction)
    {
        ref var bucket = ref this[index];
        if (bucket.TouchedIn != transaction)
        {
            _touched.Push(index);
            _oldCells.Push(_cells.Row(index));
            bucket.TouchedIn = transaction;
        }
    }

    /// <summary>Whether a bucket has a reading of this identity.</summary>
    public bool Remembers(int index, scoped in Reading reading, int transaction)
    {
        ref var bucket = ref this[index];
        if (reading.EventTime > bucket.LatestTime)
        {
            // Readings that come in order, as most do, need no search and no hashes.
            return false;
        }

        if (bucket.Hashed < bucket.Readings)
        {
            Touch(index, transaction);
            HashRest(ref bucket);
        }

        var hashes = MemoryMarshal.Cast<byte, ulong>(blocks[bucket.HashBlock])[..bucket.Hashed];
        var hash = Hash.Salted(reading.Identity);
        for (int from = 0, found; from < hashes.Length && (found = hashes[from..].IndexOf(hash)) >= 0; from += found + 1)
        {
            if (Identity(bucket, from + found).SequenceEqual(reading.Identity))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Remembers the identity of a reading that the bucket is about to count; the bucket is touched.</summary>
    public void Remember(int index, ReadOnlySpan<byte> identity)
    {
        ref var bucket = ref this[index];
        bucket.IdentityBlock = WithRoom(bucket.IdentityBlock, bucket.IdentityBytes, identity.Length + Numbers.MaxBytes, _expectedIdentityBytes);
        var place = blocks[bucket.IdentityBlock][bucket.IdentityBytes..];
        var length = Numbers.Write(place, (ulong)identity.Length);
        identity.CopyTo(place[length..]);
        bucket.IdentityBytes += length + identity.Length;
    }

    /// <summary>All identities of a bucket's readings, each with its length before it.</summary>
    public ReadOnlySpan<byte> Identities(int index)
    {
        ref var bucket = ref this[index];
        return bucket.IdentityBlock == BlockStore.None ? default : blocks[bucket.IdentityBlock][..bucket.IdentityBytes];
    }

    /// <summary>Asks for the memory of a bucket's fields and words, which will be needed soon.</summary>
    public void Prefetch(int index)
    {
        var cells = _cells.Row(index);
        for (var i = 0; i < cells.Length; i += Memory.LineBytes / sizeof(double))
        {
            Memory.Prefetch(ref cells[i]);
        }
    }

    /// <summary>Asks for the memory that the next identity goes into.</summary>
    public void PrefetchIdentity(int index)
    {
        ref var bucket = ref this[index];
        if (bucket.IdentityBlock != BlockStore.None && bucket.IdentityBytes < BlockStore.Length(bucket.IdentityBlock))
        {
            Memory.Prefetch(ref blocks[bucket.IdentityBlock][bucket.IdentityBytes]);
        }
    }

    /// <summary>Ends a transaction that holds.</summary>
    public void Commit()
    {
        foreach (var index in _given.Items)
        {
            _free.Push(index);
        }

        Forget();
    }

    /// <summary>Ends a transaction that is undone.</summary>
    public void Rollback()
    {
        var old = _oldCells.Items;
        foreach (var index in _touched.Items)
        {
            var cells = _cells.Row(index);
            old[..cells.Length].CopyTo(cells);
            old = old[cells.Length..];
        }

        foreach (var index in _taken.Items)
        {
            _free.Push(index);
        }

        Forget();
    }

    private void Forget()
    {
        _taken.Clear();
        _given.Clear();
        _touched.Clear();
        _oldCells.Clear();
    }

    private void HashRest(ref Bucket bucket)
    {
        bucket.HashBlock = WithRoom(bucket.HashBlock, bucket.Hashed * sizeof(ulong), (bucket.Readings - bucket.Hashed) * sizeof(ulong), FirstHashBytes);
        var hashes = MemoryMarshal.Cast<byte, ulong>(blocks[bucket.HashBlock]);
        ReadOnlySpan<byte> rest = blocks[bucket.IdentityBlock][bucket.HashedBytes..bucket.IdentityBytes];
        while (bucket.Hashed < bucket.Readings)
        {
            hashes[bucket.Hashed++] = Hash.Salted(Numbers.ReadBytes(ref rest));
        }

        bucket.HashedBytes = bucket.IdentityBytes;
    }

    private ReadOnlySpan<byte> Identity(in Bucket bucket, int position)
    {
        ReadOnlySpan<byte> rest = blocks[bucket.IdentityBlock][..bucket.IdentityBytes];
        for (; position > 0; position--)
        {
            Numbers.ReadBytes(ref rest);
        }

        return Numbers.ReadBytes(ref rest);
    }

    private int WithRoom(int block, int used, int more, int expected)
    {
        if (block != BlockStore.None && used + more <= BlockStore.Length(block))
        {
            return block;
        }

        // A block is never shortened and never written below what it held, so the old one serves an undo.
        var next = blocks.Take(Math.Max(used + more, block == BlockStore.None ? expected : 0));
        if (block != BlockStore.None)
        {
            blocks[block][..used].CopyTo(blocks[next]);
            blocks.Give(block);
        }

        return next;
    }
}
