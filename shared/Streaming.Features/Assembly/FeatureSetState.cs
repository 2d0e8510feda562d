using Streaming.Contracts;
using Streaming.Features.Definitions;

namespace Streaming.Features.Assembly;

/// <summary>One feature set in one partition: its buckets, and the rules by which they fill, close, are revised and go. TIME.md's numbers stand at the rules.</summary>
internal sealed class FeatureSetState
{
    private readonly PartitionScope _scope;
    private readonly FeatureSetDefinition _set;
    private readonly EntityBucketTable _table;
    private readonly BucketStore _buckets;
    private readonly LeastRecentEntities _leastRecent;
    private AssemblyCounters _counters;
    private AssemblyCounters _oldCounters;

    /// <param name="plan">The feature set.</param>
    /// <param name="position">Its position among the sets of the worker, which are in the order of their names.</param>
    /// <param name="scope">The partition.</param>
    public FeatureSetState(FeatureSetPlan plan, int position, PartitionScope scope)
    {
        Plan = plan;
        _set = plan.Definition;
        _scope = scope;
        _table = new EntityBucketTable(plan.Vector, scope);
        _buckets = _table.Buckets;
        _leastRecent = new LeastRecentEntities(scope, _table);
        Clock = new BucketClock(plan.Definition, position, _table);
    }

    public FeatureSetPlan Plan { get; }

    /// <summary>Whether the set runs: one that is new to the partition's state begins with the first live record.</summary>
    public bool Started { get; set; }

    public AssemblyCounters Counters => _counters;

    /// <summary>When its buckets close and go.</summary>
    public BucketClock Clock { get; }

    /// <summary>What the set remembers of the entities.</summary>
    public EntityBucketTable Table => _table;

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
        var index = _table.Find(row, start);
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

    /// <summary>The start of a bucket.</summary>
    public long StartOf(int index) => _buckets[index].Start;

    /// <summary>Does what the entity's watermark does to a bucket (rules 9, 11).</summary>
    public void Pass(int slot, int index)
    {
        if (!_buckets[index].Closed)
        {
            Close(slot, index, CloseReason.Watermark);
        }

        if (Clock.UntilWatermark(_buckets[index]) <= _table[slot].Watermark)
        {
            Seal(slot, index);
        }
        else
        {
            _scope.Schedule(slot, Clock.UntilTime(_table[slot], _buckets[index]));
        }
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
        _table.Commit();
        _oldCounters = _counters;
    }

    /// <summary>Ends a transaction that is undone.</summary>
    public void Rollback()
    {
        foreach (ref readonly var kept in _table.Kept)
        {
            _leastRecent.Restore(kept.Slot, kept.Old);
        }

        _table.Rollback();
        _counters = _oldCounters;
    }

    /// <summary>Forgets an entity that was added in the transaction that is undone.</summary>
    public void Drop(int slot)
    {
        _leastRecent.Remove(slot);
        _table[slot] = EntityBuckets.Unseen;
    }

    /// <summary>Takes over the counters.</summary>
    public void Restore(in AssemblyCounters counters) => _oldCounters = _counters = counters;

    private ref EntityBuckets Enter(int slot, scoped in Reading reading)
    {
        ref var row = ref _table[slot];
        if (!row.Present)
        {
            row.Present = true;
            _counters.Entities++;
            _leastRecent.Add(slot, reading.Offset);
        }

        row.LastOffset = reading.Offset;
        if (_counters.Entities > _set.MaxEntities)
        {
            Forget(_leastRecent.First());
        }

        return ref row;
    }

    private void TakeInTime(int slot, ref EntityBuckets row, int index, long start, scoped in Reading reading)
    {
        if (!TryFill(slot, ref row, ref index, start, isLate: false, reading))
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
        if (TryFill(slot, ref row, ref index, start, isLate: true, reading))
        {
            ref var bucket = ref _buckets[index];
            bucket.Late++;
            _counters.Revised++;
            Gather(slot, ref bucket, reading.Arrival);
        }
    }

    /// <summary>Adds a reading to its bucket, which is opened where there is none; a reading that a bound leaves no room for is evicted.</summary>
    private bool TryFill(int slot, ref EntityBuckets row, ref int index, long start, bool isLate, scoped in Reading reading)
    {
        if (index == Bucket.None)
        {
            index = Open(slot, ref row, start, isLate, reading.Arrival);
        }

        if (index == Bucket.None || _buckets[index].Readings >= _set.MaxReadingsPerBucket)
        {
            _counters.Evicted++;
            return false;
        }

        _buckets.Touch(index, _scope.Transaction);
        _buckets.Remember(index, reading.Identity);
        ref var bucket = ref _buckets[index];
        var words = _buckets.Words(index);
        var time = (double)(reading.EventTime - start);
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
        ref var row = ref _table[slot];
        bucket.Closed = true;
        row.ClosedThrough = Math.Max(row.ClosedThrough, bucket.Start + _set.Bucket);
        row.NextByWatermark = Math.Min(row.NextByWatermark, Clock.UntilWatermark(bucket));
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

    /// <summary>Opens a bucket, evicting the oldest where there are too many.</summary>
    /// <returns><see cref="Bucket.None"/> where the bucket itself would be the one to go.</returns>
    private int Open(int slot, ref EntityBuckets row, long start, bool isClosed, long arrival)
    {
        if (row.Count == _set.MaxOpenBuckets)
        {
            var oldest = _table.Oldest(row);
            if (_buckets[oldest].Start > start)
            {
                return Bucket.None;
            }

            Evict(slot, oldest);
        }

        var index = _table.Insert(ref row, start, isClosed);
        row.NextByWatermark = Math.Min(row.NextByWatermark, Clock.UntilWatermark(_buckets[index]));
        _counters.Buckets++;
        _scope.Schedule(slot, isClosed ? arrival + _set.ReviseFor : Math.Max(start + _set.Bucket + _set.Grace, arrival + _set.IdleClose));
        return index;
    }

    private void Release(int slot, int index)
    {
        ref var row = ref _table[slot];
        row.SealedThrough = Math.Max(row.SealedThrough, _buckets[index].Start + _set.Bucket);
        _table.Remove(ref row, index);
        _counters.Buckets--;
    }

    /// <summary>Lets a bucket go before its time: what its last vector lacks is reported, what never was in one is dropped and counted.</summary>
    private void Evict(int slot, int index)
    {
        ref var bucket = ref _buckets[index];
        ref var row = ref _table[slot];
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

    private void Forget(int slot)
    {
        _scope.Touch(slot);
        while (_table[slot].Newest != Bucket.None)
        {
            Evict(slot, _table.Oldest(_table[slot]));
        }

        _leastRecent.Remove(slot);
        _table[slot] = EntityBuckets.Unseen;
        _counters.Entities--;
        _counters.EvictedEntities++;
        _scope.Forgotten(slot);
    }
}
