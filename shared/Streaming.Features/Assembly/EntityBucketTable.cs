namespace Streaming.Features.Assembly;

/// <summary>For each entity what one feature set remembers of it, with its buckets in a chain from the newest to the oldest. Knows no rule of time.</summary>
internal sealed class EntityBucketTable(VectorPlan plan, PartitionScope scope)
{
    private readonly PagedArray<EntityBuckets> _rows = new();
    private Stack<(int Slot, EntityBuckets Old)> _oldRows = new();

    /// <summary>The buckets themselves.</summary>
    public BucketStore Buckets { get; } = new(plan, scope.Blocks);

    /// <summary>Bytes of rows and buckets.</summary>
    public long Bytes => _rows.Bytes + Buckets.Bytes;

    /// <summary>Slots with their old values that were kept in this transaction.</summary>
    public ReadOnlySpan<(int Slot, EntityBuckets Old)> Kept => _oldRows.Items;

    /// <summary>What is remembered of an entity.</summary>
    public ref EntityBuckets this[int slot] => ref _rows[slot];

    /// <summary>Makes room for a slot that was just given to an entity.</summary>
    public void Add(int slot)
    {
        _rows.Ensure(scope.Entities.Slots);
        _rows[slot] = EntityBuckets.Unseen;
    }

    /// <summary>Keeps an entity's old values; once in a transaction.</summary>
    public void Keep(int slot) => _oldRows.Push((slot, _rows[slot]));

    /// <summary>Asks for the memory of an entity's row.</summary>
    public void PrefetchRow(int slot) => Memory.Prefetch(ref _rows[slot]);

    /// <summary>Asks for the memory of an entity's newest bucket.</summary>
    public void PrefetchBucket(int slot)
    {
        if (_rows[slot].Newest is var newest and not Bucket.None)
        {
            Buckets.Prefetch(newest);
        }
    }

    /// <summary>Asks for the memory that the identity of the next reading in an entity's newest bucket goes into.</summary>
    public void PrefetchIdentity(int slot)
    {
        if (_rows[slot].Newest is var newest and not Bucket.None)
        {
            Buckets.PrefetchIdentity(newest);
        }
    }

    /// <summary>An entity's bucket with a start; <see cref="Bucket.None"/> where there is none.</summary>
    public int Find(in EntityBuckets row, long start)
    {
        var index = row.Newest;
        while (index != Bucket.None && Buckets[index].Start > start)
        {
            index = Buckets[index].Older;
        }

        return index != Bucket.None && Buckets[index].Start == start ? index : Bucket.None;
    }

    /// <summary>An entity's bucket with the least start; there must be one.</summary>
    public int Oldest(in EntityBuckets row)
    {
        var oldest = row.Newest;
        while (Buckets[oldest].Older is var older and not Bucket.None)
        {
            oldest = older;
        }

        return oldest;
    }

    /// <summary>Puts an empty bucket into an entity's chain.</summary>
    public int Insert(ref EntityBuckets row, long start, bool isClosed)
    {
        var newer = Bucket.None;
        var older = row.Newest;
        while (older != Bucket.None && Buckets[older].Start > start)
        {
            (newer, older) = (older, Buckets[older].Older);
        }

        var index = Buckets.Take(start, scope.Transaction);
        Buckets[index].Older = older;
        Buckets[index].Closed = isClosed;
        Link(ref row, newer, index);
        row.Count++;
        return index;
    }

    /// <summary>Takes a bucket out of its entity's chain.</summary>
    public void Remove(ref EntityBuckets row, int index)
    {
        var newer = Bucket.None;
        for (var at = row.Newest; at != index; at = Buckets[at].Older)
        {
            newer = at;
        }

        Link(ref row, newer, Buckets[index].Older);
        row.Count--;
        Buckets.Give(index);
    }

    /// <summary>Ends a transaction that holds.</summary>
    public void Commit()
    {
        Buckets.Commit();
        _oldRows.Clear();
    }

    /// <summary>Ends a transaction that is undone.</summary>
    public void Rollback()
    {
        Buckets.Rollback();
        foreach (var (slot, old) in _oldRows.Items)
        {
            _rows[slot] = old;
        }

        _oldRows.Clear();
    }

    /// <summary>Writes what is remembered of an entity.</summary>
    public void Save(int slot, EntityWriter into)
    {
        into.WriteRow(_rows[slot]);
        for (var index = _rows[slot].Newest; index != Bucket.None; index = Buckets[index].Older)
        {
            into.WriteBucket(Buckets[index], Buckets.Words(index), Buckets.Identities(index));
        }
    }

    /// <summary>Takes over what was remembered of an entity, whose slot was just added.</summary>
    public void Load(int slot, ref EntityReader from)
    {
        ref var row = ref _rows[slot];
        from.ReadRow(ref row);
        var newer = Bucket.None;
        for (var left = row.Count; left > 0; left--)
        {
            var index = Buckets.Take(0, scope.Transaction);
            ref var bucket = ref Buckets[index];
            from.ReadBucket(ref bucket, Buckets.Words(index));
            while (from.TryReadIdentity(out var identity))
            {
                Buckets.Remember(index, identity);
                bucket.Readings++;
            }

            from.Check();
            Link(ref row, newer, index);
            newer = index;
        }
    }

    private void Link(ref EntityBuckets row, int newer, int index)
    {
        if (newer == Bucket.None)
        {
            row.Newest = index;
        }
        else
        {
            Buckets.Touch(newer, scope.Transaction);
            Buckets[newer].Older = index;
        }
    }
}
