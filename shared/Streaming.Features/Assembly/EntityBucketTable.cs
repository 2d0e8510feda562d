using System.Runtime.CompilerServices;

namespace Streaming.Features.Assembly;

/// <summary>For each entity what one feature set remembers of it, with its buckets in a chain from the newest to the oldest. Knows no rule of time.</summary>
/// <param name="plan">How its vectors are made.</param>
/// <param name="position">The set's position among those of the worker.</param>
/// <param name="scope">The partition.</param>
internal sealed unsafe class EntityBucketTable(VectorPlan plan, int position, PartitionScope scope)
{
    /// <summary>The buckets themselves.</summary>
    public BucketStore Buckets { get; } = new(plan, scope.Arena, scope.Blocks, scope.Undo);

    /// <summary>What vectors look back at beyond the buckets.</summary>
    public EntityHistory History { get; } = new(plan, scope.Blocks);

    /// <summary>Readings whose order counts.</summary>
    public OrderedReadings Ordered { get; } = new(plan, scope.Blocks);

    /// <summary>Bytes of the buckets.</summary>
    public long Bytes => Buckets.Bytes;

    /// <summary>What is remembered of an entity.</summary>
    public EntityBuckets* this[int slot]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Of(scope.Entities[slot]);
    }

    /// <summary>What is remembered of an entity, by its row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public EntityBuckets* Of(EntityRow* entity) => EntityTable.Buckets(entity, position);

    /// <summary>Asks for the memory of an entity's newest bucket.</summary>
    public void PrefetchBucket(EntityRow* entity)
    {
        if (Of(entity)->Newest is var newest and not Bucket.None)
        {
            Buckets.Prefetch(newest);
        }
    }

    /// <summary>Asks for the memory that the identity of the next reading in an entity's newest bucket goes into.</summary>
    public void PrefetchIdentity(EntityRow* entity)
    {
        if (Of(entity)->Newest is var newest and not Bucket.None)
        {
            Buckets.Identities.Prefetch(Buckets[newest]->Identities);
        }
    }

    /// <summary>Brings up to date what depends on the order of a bucket's readings.</summary>
    public void Settle(Bucket* bucket)
    {
        if (bucket->OrderSettled != bucket->OrderCount)
        {
            Buckets.Touch(bucket, scope.Transaction);
            Ordered.Settle(bucket, BucketStore.Words(bucket));
        }
    }

    /// <summary>An entity's bucket with a start; <see cref="Bucket.None"/> where there is none.</summary>
    public int Find(EntityBuckets* row, long start)
    {
        var index = row->Newest;
        while (index != Bucket.None && Buckets[index]->Start > start)
        {
            index = Buckets[index]->Older;
        }

        return index != Bucket.None && Buckets[index]->Start == start ? index : Bucket.None;
    }

    /// <summary>An entity's bucket with the least start; there must be one.</summary>
    public int Oldest(EntityBuckets* row)
    {
        var oldest = row->Newest;
        while (Buckets[oldest]->Older is var older and not Bucket.None)
        {
            oldest = older;
        }

        return oldest;
    }

    /// <summary>Puts an empty bucket into an entity's chain.</summary>
    public int Insert(EntityBuckets* row, long start, bool isClosed)
    {
        var newer = Bucket.None;
        var older = row->Newest;
        while (older != Bucket.None && Buckets[older]->Start > start)
        {
            (newer, older) = (older, Buckets[older]->Older);
        }

        var index = Buckets.Take(start, scope.Transaction);
        Buckets[index]->Older = older;
        Buckets[index]->Closed = isClosed;
        Link(row, newer, index);
        row->Count++;
        return index;
    }

    /// <summary>Takes a bucket out of its entity's chain.</summary>
    public void Remove(EntityBuckets* row, int index)
    {
        var newer = Bucket.None;
        for (var at = row->Newest; at != index; at = Buckets[at]->Older)
        {
            newer = at;
        }

        Link(row, newer, Buckets[index]->Older);
        row->Count--;
        Buckets.Give(index);
    }

    /// <summary>Writes what is remembered of an entity.</summary>
    public void Save(int slot, EntityWriter into)
    {
        into.WriteRow(*this[slot], History.Bytes(this[slot]->History));
        for (var index = this[slot]->Newest; index != Bucket.None; index = Buckets[index]->Older)
        {
            var bucket = Buckets[index];
            into.WriteBucket(*bucket, new ReadOnlySpan<double>(BucketStore.Words(bucket), plan.Words), Buckets.Identities, Ordered.Of(*bucket));
        }
    }

    /// <summary>Takes over what was remembered of an entity, whose slot was just added.</summary>
    public void Load(int slot, ref EntityReader from)
    {
        var row = this[slot];
        from.ReadRow(ref *row, History);
        var newer = Bucket.None;
        for (var left = row->Count; left > 0; left--)
        {
            var index = Buckets.Take(0, scope.Transaction);
            var bucket = Buckets[index];
            from.ReadBucket(bucket, new Span<double>(BucketStore.Words(bucket), plan.Words), Buckets.Identities, Ordered);
            Link(row, newer, index);
            newer = index;
        }
    }

    private void Link(EntityBuckets* row, int newer, int index)
    {
        if (newer == Bucket.None)
        {
            row->Newest = index;
        }
        else
        {
            Buckets.Touch(Buckets[newer], scope.Transaction);
            Buckets[newer]->Older = index;
        }
    }
}
