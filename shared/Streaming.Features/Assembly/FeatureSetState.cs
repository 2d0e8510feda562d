using Streaming.Contracts;
using Streaming.Features.Definitions;

namespace Streaming.Features.Assembly;

/// <summary>One feature set in one partition: its buckets, and the rules by which they fill, close, are revised and go. TIME.md's numbers stand at the rules.</summary>
internal sealed class FeatureSetState
{
    private readonly PartitionScope _scope;
    private readonly FeatureSetDefinition _set;
    private readonly int _position;
    private readonly PagedArray<EntityBuckets> _rows = new();
    private readonly BucketStore _buckets;
    private Stack<(int Slot, EntityBuckets Old)> _oldRows = new();
    private AssemblyCounters _oldCounters;
    private EntityHeap? _leastRecent;
    private AssemblyCounters _counters;

    /// <param name="plan">The feature set.</param>
    /// <param name="position">Its position among the sets of the worker, which are in the order of their names.</param>
    /// <param name="scope">The partition.</param>
    public FeatureSetState(FeatureSetPlan plan, int position, PartitionScope scope)
    {
        Plan = plan;
        _set = plan.Definition;
        _position = position;
        _scope = scope;
        _buckets = new BucketStore(plan.Vector, scope.Blocks);
    }

    public FeatureSetPlan Plan { get; }

    /// <summary>Whether the set runs: one that is new to the partition's state begins with the first live record.</summary>
    public bool Started { get; set; }

    public AssemblyCounters Counters => _counters;

    /// <summary>Bytes of its rows and buckets.</summary>
    public long Bytes => _rows.Bytes + _buckets.Bytes;

    /// <summary>What the set remembers of an entity.</summary>
    public ref EntityBuckets Row(int slot) => ref _rows[slot];

    /// <summary>Asks for the memory of an entity's row.</summary>
    public void PrefetchRow(int slot) => Memory.Prefetch(ref _rows[slot]);

    /// <summary>Asks for the memory of an entity's newest bucket.</summary>
    public void PrefetchBucket(int slot)
    {
        if (_rows[slot].Newest is var newest and not Bucket.None)
        {
            _buckets.Prefetch(newest);
        }
    }

    /// <summary>Asks for the memory that the identity of the next reading in an entity's newest bucket goes into.</summary>
    public void PrefetchIdentity(int slot)
    {
        if (_rows[slot].Newest is var newest and not Bucket.None)
        {
            _buckets.PrefetchIdentity(newest);
        }
    }

    /// <summary>Makes room for a slot that was just given to an entity.</summary>
    public void Add(int slot)
    {
        _rows.Ensure(_scope.Entities.Slots);
        _rows[slot] = EntityBuckets.Unseen;
    }

    /// <summary>Keeps an entity's old values; once in a transaction.</summary>
    public void Keep(int slot) => _oldRows.Push((slot, _rows[slot]));

    /// <summary>Counts a reading of a scope that no feature set has a use for.</summary>
    public void CountUnwanted()
    {
        if (Started)
        {
            _counters.Readings++;
            _counters.Filtered++;
        }
    }

    /// <summary>Takes a reading in, up to the new watermark; what that closes comes after (rule 7). The entity is touched.</summary>
    public void Take(int slot, scoped in Reading reading)
    {
        _counters.Readings++;
        if (reading.Scope != _set.Scope)
        {
            _counters.Filtered++;
            return;
        }

        ref var row = ref Enter(slot, reading);
        var start = Plan.BucketStart(reading.EventTime);
        var end = start + _set.Bucket;
        var index = Find(row, start);
        if (index != Bucket.None && _buckets.Remembers(index, reading, _scope.Transaction))
        {
            _counters.Duplicate++;
            return;
        }

        if (!Plan.UsesAny(reading.Metrics) || start < _set.From)
        {
            _counters.Filtered++;
        }
        else if (end + _set.Grace > row.Watermark && end > row.ClosedThrough)
        {
            TakeInTime(slot, ref row, index, start, reading);
        }
        else if (index != Bucket.None || (end > row.SealedThrough && row.Watermark < end + _set.Grace + _set.ReviseFor))
        {
            TakeRevising(slot, ref row, index, start, reading);
        }
        else
        {
            _counters.Late++;
            _scope.Output.WriteLate(Plan, reading, start, row.Watermark);
        }

        row.Watermark = Math.Max(row.Watermark, reading.EventTime);
        row.LastArrival = Math.Max(row.LastArrival, reading.Arrival);
    }

    /// <summary>The entity's oldest bucket that its watermark closes or ends the revisions of; <see cref="Bucket.None"/> where there is none.</summary>
    public int FindPassed(int slot)
    {
        ref var row = ref _rows[slot];
        if (row.Watermark < row.NextByWatermark)
        {
            return Bucket.None;
        }

        var oldest = Bucket.None;
        var next = long.MaxValue;
        for (var index = row.Newest; index != Bucket.None; index = _buckets[index].Older)
        {
            var until = UntilWatermark(_buckets[index]);
            if (until <= row.Watermark)
            {
                oldest = index;
            }
            else
            {
                next = Math.Min(next, until);
            }
        }

        if (oldest == Bucket.None)
        {
            row.NextByWatermark = next;
        }

        return oldest;
    }

    /// <summary>The start of a bucket.</summary>
    public long StartOf(int index) => _buckets[index].Start;

    /// <summary>Does what the entity's watermark does to a bucket (rules 9, 11).</summary>
    public void Pass(int slot, int index)
    {
        if (!_buckets[index].Closed)
        {
            Close(slot, index, CloseReason.Watermark);
        }

        if (UntilWatermark(_buckets[index]) <= _rows[slot].Watermark)
        {
            Seal(slot, index);
        }
        else
        {
            _scope.Schedule(slot, UntilTime(_rows[slot], _buckets[index]));
        }
    }

    /// <summary>The entity's first deadline in this set.</summary>
    public Deadline NextDeadline(int slot)
    {
        var first = Deadline.None;
        ref var row = ref _rows[slot];
        for (var index = row.Newest; index != Bucket.None; index = _buckets[index].Older)
        {
            ref var bucket = ref _buckets[index];
            var deadline = new Deadline(Math.Min(bucket.ReportDue, UntilTime(row, bucket)), bucket.Start, _position, index);
            if (deadline.IsBefore(first))
            {
                first = deadline;
            }
        }

        return first;
    }

    /// <summary>Does what a deadline does. The entity is touched.</summary>
    public void Fire(int slot, in Deadline deadline)
    {
        ref var bucket = ref _buckets[deadline.Bucket];
        if (bucket.ReportDue == deadline.Time)
        {
            Emit(slot, deadline.Bucket, CloseReason.Revision);
        }
        else if (bucket.Closed)
        {
            Seal(slot, deadline.Bucket);
        }
        else
        {
            Close(slot, deadline.Bucket, CloseReason.Idle);
        }
    }

    /// <summary>Ends a transaction that holds.</summary>
    public void Commit()
    {
        _buckets.Commit();
        _oldRows.Clear();
        _oldCounters = _counters;
    }

    /// <summary>Ends a transaction that is undone.</summary>
    public void Rollback()
    {
        _buckets.Rollback();
        foreach (var (slot, old) in _oldRows.Items)
        {
            _rows[slot] = old;
            if (old.Present)
            {
                _leastRecent?.Set(slot, old.LastOffset);
            }
            else
            {
                _leastRecent?.Remove(slot);
            }
        }

        _oldRows.Clear();
        _counters = _oldCounters;
    }

    /// <summary>Forgets an entity that was added in the transaction that is undone.</summary>
    public void Drop(int slot)
    {
        _leastRecent?.Remove(slot);
        _rows[slot] = EntityBuckets.Unseen;
    }

    /// <summary>Writes what the set remembers of an entity.</summary>
    public void Save(int slot, EntityWriter into)
    {
        ref var row = ref _rows[slot];
        into.WriteRow(row);
        for (var index = row.Newest; index != Bucket.None; index = _buckets[index].Older)
        {
            into.WriteBucket(_buckets[index], _buckets.Words(index), _buckets.Identities(index));
        }
    }

    /// <summary>Takes over what was remembered of an entity, whose slot was just added.</summary>
    public void Load(int slot, ref EntityReader from)
    {
        ref var row = ref _rows[slot];
        from.ReadRow(ref row);
        var newer = Bucket.None;
        var count = row.Count;
        row.Count = 0;
        for (; count > 0; count--)
        {
            var index = _buckets.Take(0, _scope.Transaction);
            ref var bucket = ref _buckets[index];
            from.ReadBucket(ref bucket, _buckets.Words(index));
            while (from.TryReadIdentity(out var identity))
            {
                _buckets.Remember(index, identity);
                bucket.Readings++;
            }

            from.Check();
            if (newer == Bucket.None)
            {
                row.Newest = index;
            }
            else
            {
                _buckets[newer].Older = index;
            }

            newer = index;
            row.Count++;
            row.NextByWatermark = Math.Min(row.NextByWatermark, UntilWatermark(bucket));
        }
    }

    /// <summary>Takes over the counters.</summary>
    public void Restore(in AssemblyCounters counters) => _oldCounters = _counters = counters;

    private ref EntityBuckets Enter(int slot, scoped in Reading reading)
    {
        ref var row = ref _rows[slot];
        if (!row.Present)
        {
            row.Present = true;
            _counters.Entities++;
            _leastRecent?.Set(slot, reading.Offset);
        }

        row.LastOffset = reading.Offset;
        if (_counters.Entities > _set.MaxEntities)
        {
            EvictLeastRecent();
        }

        // What was closed cannot be revised once the entity was silent for long enough, whether it had readings or not (rule 11).
        if (row.LastArrival != long.MinValue && reading.Arrival >= row.LastArrival + _set.ReviseFor)
        {
            row.SealedThrough = Math.Max(row.SealedThrough, row.ClosedThrough);
        }

        return ref row;
    }

    private void TakeInTime(int slot, ref EntityBuckets row, int index, long start, scoped in Reading reading)
    {
        if (index == Bucket.None)
        {
            index = Open(slot, ref row, start, isClosed: false, reading.Arrival);
            if (index == Bucket.None)
            {
                _counters.Evicted++;
                return;
            }
        }

        if (!Fill(index, reading))
        {
            return;
        }

        ref var bucket = ref _buckets[index];
        if (bucket.Revision > 0)
        {
            Gather(slot, ref bucket, reading.Arrival);
        }
        else if (_set.Emit == EmitMode.Complete && Plan.Vector.IsComplete(_buckets.Words(index)))
        {
            Emit(slot, index, CloseReason.Complete);
        }
    }

    private void TakeRevising(int slot, ref EntityBuckets row, int index, long start, scoped in Reading reading)
    {
        if (index == Bucket.None)
        {
            index = Open(slot, ref row, start, isClosed: true, reading.Arrival);
            if (index == Bucket.None)
            {
                _counters.Evicted++;
                return;
            }
        }

        if (!Fill(index, reading))
        {
            return;
        }

        ref var bucket = ref _buckets[index];
        bucket.Late++;
        _counters.Revised++;
        Gather(slot, ref bucket, reading.Arrival);
    }

    /// <summary>Adds a reading to a bucket, unless that is full.</summary>
    private bool Fill(int index, scoped in Reading reading)
    {
        _buckets.Touch(index, _scope.Transaction);
        ref var bucket = ref _buckets[index];
        if (bucket.Readings >= _set.MaxReadingsPerBucket)
        {
            _counters.Evicted++;
            return false;
        }

        _buckets.Remember(index, reading.Identity);
        var words = _buckets.Words(index);
        var time = (double)(reading.EventTime - bucket.Start);
        for (var i = 0; i < reading.Metrics.Length; i++)
        {
            if (Plan.IndexOf(reading.Metrics[i]) is var metric and not MetricNames.Unused)
            {
                Plan.Vector.Add(words, metric, reading.Values[i], time);
            }
        }

        if (bucket.Readings++ == 0)
        {
            bucket.FirstOffset = reading.Offset;
        }

        bucket.LastOffset = reading.Offset;
        bucket.LatestTime = Math.Max(bucket.LatestTime, reading.EventTime);
        bucket.Unreported++;
        _counters.Pending++;
        return true;
    }

    /// <summary>Sees to it that what a vector lacks leaves in time (rules 10, 11).</summary>
    private void Gather(int slot, ref Bucket bucket, long arrival)
    {
        if (bucket.ReportDue == Bucket.Never)
        {
            bucket.ReportDue = arrival + _set.ReviseEvery;
            _scope.Schedule(slot, bucket.ReportDue);
        }
    }

    private void Close(int slot, int index, CloseReason reason)
    {
        _buckets.Touch(index, _scope.Transaction);
        ref var bucket = ref _buckets[index];
        ref var row = ref _rows[slot];
        bucket.Closed = true;
        row.ClosedThrough = Math.Max(row.ClosedThrough, bucket.Start + _set.Bucket);
        row.NextByWatermark = Math.Min(row.NextByWatermark, UntilWatermark(bucket));
        if (bucket.Unreported > 0)
        {
            Emit(slot, index, bucket.Revision == 0 ? reason : CloseReason.Revision);
        }
    }

    /// <summary>Reports what was gathered, and lets a bucket go that can no longer be revised.</summary>
    private void Seal(int slot, int index)
    {
        if (_buckets[index].Unreported > 0)
        {
            Emit(slot, index, CloseReason.Revision);
        }

        Release(slot, index);
    }

    private void Emit(int slot, int index, CloseReason reason)
    {
        _buckets.Touch(index, _scope.Transaction);
        ref var bucket = ref _buckets[index];
        var hash = _scope.Output.WriteVector(Plan, _scope.Partition, _scope.Entities.Name(slot), bucket, _buckets.Words(index), reason);
        _counters.VectorDigest = Hash.Combine(_counters.VectorDigest, hash);
        _counters.Vectors++;
        _counters.Revisions += bucket.Revision > 0 ? 1 : 0;
        _counters.Contributed += bucket.Unreported;
        _counters.Pending -= bucket.Unreported;
        bucket.Unreported = 0;
        bucket.Revision++;
        bucket.ReportDue = Bucket.Never;
    }

    private int Find(in EntityBuckets row, long start)
    {
        var index = row.Newest;
        while (index != Bucket.None && _buckets[index].Start > start)
        {
            index = _buckets[index].Older;
        }

        return index != Bucket.None && _buckets[index].Start == start ? index : Bucket.None;
    }

    /// <summary>Opens a bucket, evicting the oldest where there are too many.</summary>
    /// <returns><see cref="Bucket.None"/> where the bucket itself would be the one to go.</returns>
    private int Open(int slot, ref EntityBuckets row, long start, bool isClosed, long arrival)
    {
        if (row.Count == _set.MaxOpenBuckets)
        {
            var oldest = row.Newest;
            while (_buckets[oldest].Older != Bucket.None)
            {
                oldest = _buckets[oldest].Older;
            }

            if (_buckets[oldest].Start > start)
            {
                return Bucket.None;
            }

            Evict(slot, oldest);
        }

        var newer = Bucket.None;
        var older = row.Newest;
        while (older != Bucket.None && _buckets[older].Start > start)
        {
            (newer, older) = (older, _buckets[older].Older);
        }

        var index = _buckets.Take(start, _scope.Transaction);
        ref var bucket = ref _buckets[index];
        bucket.Older = older;
        bucket.Closed = isClosed;
        Link(ref row, newer, index);
        row.Count++;
        row.NextByWatermark = Math.Min(row.NextByWatermark, UntilWatermark(bucket));
        _counters.Buckets++;
        _scope.Schedule(slot, isClosed ? arrival + _set.ReviseFor : Math.Max(start + _set.Bucket + _set.Grace, arrival + _set.IdleClose));
        return index;
    }

    private void Release(int slot, int index)
    {
        ref var row = ref _rows[slot];
        ref var bucket = ref _buckets[index];
        row.SealedThrough = Math.Max(row.SealedThrough, bucket.Start + _set.Bucket);
        var newer = Bucket.None;
        for (var at = row.Newest; at != index; at = _buckets[at].Older)
        {
            newer = at;
        }

        Link(ref row, newer, bucket.Older);
        row.Count--;
        _counters.Buckets--;
        _buckets.Give(index);
    }

    private void Link(ref EntityBuckets row, int newer, int index)
    {
        if (newer == Bucket.None)
        {
            row.Newest = index;
        }
        else
        {
            _buckets.Touch(newer, _scope.Transaction);
            _buckets[newer].Older = index;
        }
    }

    /// <summary>Lets a bucket go before its time: what its last vector lacks is reported, what never was in one is dropped and counted.</summary>
    private void Evict(int slot, int index)
    {
        ref var bucket = ref _buckets[index];
        ref var row = ref _rows[slot];
        if (bucket.Revision > 0 && bucket.Unreported > 0)
        {
            Emit(slot, index, CloseReason.Revision);
        }
        else if (bucket.Revision == 0)
        {
            _counters.Evicted += bucket.Unreported;
            _counters.Pending -= bucket.Unreported;
            _counters.EvictedBuckets++;
        }

        row.ClosedThrough = Math.Max(row.ClosedThrough, bucket.Start + _set.Bucket);
        Release(slot, index);
    }

    private void EvictLeastRecent()
    {
        if (_leastRecent is null)
        {
            _leastRecent = new EntityHeap(_scope.Entities);
            for (var slot = 0; slot < _scope.Entities.Slots; slot++)
            {
                if (_scope.Entities[slot].Used && _rows[slot].Present)
                {
                    _leastRecent.Set(slot, _rows[slot].LastOffset);
                }
            }
        }

        // The numbers in the heap are those of some time ago; they only grow.
        while (_rows[_leastRecent.First].LastOffset is var last && last > _leastRecent.FirstKey)
        {
            _leastRecent.Set(_leastRecent.First, last);
        }

        Forget(_leastRecent.First);
    }

    private void Forget(int slot)
    {
        _scope.Touch(slot);
        while (_rows[slot].Newest != Bucket.None)
        {
            var oldest = _rows[slot].Newest;
            while (_buckets[oldest].Older != Bucket.None)
            {
                oldest = _buckets[oldest].Older;
            }

            Evict(slot, oldest);
        }

        _leastRecent!.Remove(slot);
        _rows[slot] = EntityBuckets.Unseen;
        _counters.Entities--;
        _counters.EvictedEntities++;
        _scope.Forgotten(slot);
    }

    /// <summary>The watermark that closes an open bucket, or ends the revisions of a closed one (rules 9, 11).</summary>
    private long UntilWatermark(in Bucket bucket) => bucket.Start + _set.Bucket + _set.Grace + (bucket.Closed ? _set.ReviseFor : 0);

    /// <summary>The log time that does the same.</summary>
    private long UntilTime(in EntityBuckets row, in Bucket bucket) => bucket.Closed
        ? row.LastArrival + _set.ReviseFor
        : Math.Max(bucket.Start + _set.Bucket + _set.Grace, row.LastArrival + _set.IdleClose);
}
