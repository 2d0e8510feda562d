using System.Runtime.InteropServices;

namespace Streaming.Features.Assembly;

/// <summary>The buckets of one feature set in a partition: their fields, the words of their running values, and the identities of their readings.</summary>
internal sealed class BucketStore(VectorPlan plan, BlockStore blocks)
{
    private const int FirstHashes = 8;
    private const int FirstIdentityBytes = 128;

    private readonly PagedArray<Bucket> _buckets = new();
    private readonly PagedArray<double> _words = new(plan.Words);
    private Stack<int> _free = new();
    private Stack<int> _taken = new();
    private Stack<int> _given = new();
    private Stack<(int Index, Bucket Old)> _oldBuckets = new();
    private Stack<double> _oldWords = new();
    private int _slots;
    private int _expectedHashBytes = FirstHashes * sizeof(ulong);
    private int _expectedIdentityBytes = FirstIdentityBytes;

    /// <summary>Bytes of the buckets and their words, without the identities.</summary>
    public long Bytes => _buckets.Bytes + _words.Bytes;

    /// <summary>The fields of a bucket, to be changed only after <see cref="Touch"/>.</summary>
    public ref Bucket this[int index] => ref _buckets[index];

    /// <summary>The words of a bucket, to be changed only after <see cref="Touch"/>.</summary>
    public Span<double> Words(int index) => _words.Row(index);

    /// <summary>Takes an empty bucket.</summary>
    public int Take(long start, int transaction)
    {
        var index = _free.Count > 0 ? _free.Pop() : _slots++;
        _buckets.Ensure(_slots);
        _words.Ensure(_slots);
        _taken.Push(index);
        _buckets[index] = new Bucket
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
        plan.Clear(_words.Row(index));
        return index;
    }

    /// <summary>Gives a bucket back, at the transaction's end.</summary>
    public void Give(int index)
    {
        ref var bucket = ref _buckets[index];
        if (bucket.HashBlock != BlockStore.None)
        {
            // What a bucket came to need is a good guess for the next one.
            _expectedHashBytes = BlockStore.Length(bucket.HashBlock);
            _expectedIdentityBytes = BlockStore.Length(bucket.IdentityBlock);
        }

        blocks.Give(bucket.HashBlock);
        blocks.Give(bucket.IdentityBlock);
        _given.Push(index);
    }

    /// <summary>Keeps a bucket's old values, once in a transaction.</summary>
    public void Touch(int index, int transaction)
    {
        ref var bucket = ref _buckets[index];
        if (bucket.TouchedIn != transaction)
        {
            _oldBuckets.Push((index, bucket));
            _oldWords.Push(_words.Row(index));
            bucket.TouchedIn = transaction;
        }
    }

    /// <summary>Whether a bucket has a reading of this identity.</summary>
    public bool Remembers(int index, scoped in Reading reading)
    {
        ref var bucket = ref _buckets[index];
        if (reading.EventTime > bucket.LatestTime)
        {
            return false;
        }

        var hashes = MemoryMarshal.Cast<byte, ulong>(blocks[bucket.HashBlock])[..bucket.Readings];
        for (int from = 0, found; from < hashes.Length && (found = hashes[from..].IndexOf(reading.IdentityHash)) >= 0; from += found + 1)
        {
            if (Identity(index, from + found).SequenceEqual(reading.Identity))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Remembers the identity of a reading that the bucket is about to count; the bucket is touched.</summary>
    public void Remember(int index, ReadOnlySpan<byte> identity, ulong hash)
    {
        ref var bucket = ref _buckets[index];
        bucket.HashBlock = WithRoom(bucket.HashBlock, bucket.Readings * sizeof(ulong), sizeof(ulong), _expectedHashBytes);
        MemoryMarshal.Cast<byte, ulong>(blocks[bucket.HashBlock])[bucket.Readings] = hash;

        var length = sizeof(int) + identity.Length;
        bucket.IdentityBlock = WithRoom(bucket.IdentityBlock, bucket.IdentityBytes, length, _expectedIdentityBytes);
        var place = blocks[bucket.IdentityBlock].Slice(bucket.IdentityBytes, length);
        MemoryMarshal.Write(place, identity.Length);
        identity.CopyTo(place[sizeof(int)..]);
        bucket.IdentityBytes += length;
    }

    /// <summary>The identity of one of a bucket's readings, in the order of their coming.</summary>
    public ReadOnlySpan<byte> Identity(int index, int position)
    {
        ref var bucket = ref _buckets[index];
        ReadOnlySpan<byte> rest = blocks[bucket.IdentityBlock][..bucket.IdentityBytes];
        for (; position > 0; position--)
        {
            rest = rest[(sizeof(int) + MemoryMarshal.Read<int>(rest))..];
        }

        return rest.Slice(sizeof(int), MemoryMarshal.Read<int>(rest));
    }

    /// <summary>All identities of a bucket's readings, each with its length before it.</summary>
    public ReadOnlySpan<byte> Identities(int index)
    {
        ref var bucket = ref _buckets[index];
        return bucket.IdentityBlock == BlockStore.None ? default : blocks[bucket.IdentityBlock][..bucket.IdentityBytes];
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
        var words = _oldWords.Items;
        foreach (var (index, old) in _oldBuckets.Items)
        {
            _buckets[index] = old;
            words[..plan.Words].CopyTo(_words.Row(index));
            words = words[plan.Words..];
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
        _oldBuckets.Clear();
        _oldWords.Clear();
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
