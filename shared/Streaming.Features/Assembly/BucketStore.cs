using System.Runtime.CompilerServices;

namespace Streaming.Features.Assembly;

/// <summary>The buckets of one feature set in a partition, each with the words of its running values behind it.</summary>
internal sealed unsafe class BucketStore
{
    private readonly VectorPlan _plan;
    private readonly UndoLog _undo;
    private readonly BlockStore _blocks;
    private readonly CellPages _cells;
    private Stack<int> _free = new();
    private Stack<int> _taken = new();
    private Stack<int> _given = new();
    private int _slots;

    public BucketStore(VectorPlan plan, StateArena arena, BlockStore blocks, UndoLog undo)
    {
        _plan = plan;
        _undo = undo;
        _cells = new CellPages(arena, sizeof(Bucket) + (plan.Words * sizeof(double)));
        _blocks = blocks;
        Identities = new IdentityStore(blocks);
    }

    public IdentityStore Identities { get; }

    /// <summary>Bytes of the buckets and their words, without the identities.</summary>
    public long Bytes => _cells.Bytes;

    /// <summary>A bucket, to be changed only after <see cref="Touch"/>.</summary>
    public Bucket* this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (Bucket*)_cells[index];
    }

    /// <summary>A bucket, or null for <see cref="Bucket.None"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Bucket* Find(int index) => index == Bucket.None ? null : (Bucket*)_cells[index];

    /// <summary>The words of a bucket, to be changed only after <see cref="Touch"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double* Words(Bucket* bucket) => (double*)(bucket + 1);

    /// <summary>Takes an empty bucket.</summary>
    public int Take(long start, int transaction)
    {
        var index = _free.Count > 0 ? _free.Pop() : _slots++;
        _cells.Ensure(_slots);
        _taken.Push(index);
        *this[index] = new Bucket
        {
            Start = start,
            FirstOffset = -1,
            LastOffset = -1,
            ReportDue = Bucket.Never,
            LatestTime = long.MinValue,
            Older = Bucket.None,
            TouchedIn = transaction,
            OrderBlock = BlockStore.None,
            Identities = Assembly.Identities.Empty,
        };
        _plan.Clear(Words(this[index]));
        return index;
    }

    /// <summary>Gives a bucket back, at the transaction's end.</summary>
    public void Give(int index)
    {
        Identities.Give(this[index]->Identities);
        _blocks.Give(this[index]->OrderBlock);
        _given.Push(index);
    }

    /// <summary>Keeps a bucket's old values, once in a transaction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Touch(Bucket* bucket, int transaction)
    {
        if (bucket->TouchedIn != transaction)
        {
            _undo.Keep(bucket, _cells.CellBytes);
            bucket->TouchedIn = transaction;
        }
    }

    /// <summary>Asks for the memory of a bucket's fields and words, which will be needed soon.</summary>
    public void Prefetch(int index) => Memory.Prefetch(_cells[index], _cells.CellBytes);

    /// <summary>Ends a transaction that holds.</summary>
    public void Commit() => End(ref _given);

    /// <summary>Ends a transaction that is undone.</summary>
    public void Rollback() => End(ref _taken);

    private void End(ref Stack<int> free)
    {
        _free.Push(free.Items);
        _taken.Clear();
        _given.Clear();
    }
}
