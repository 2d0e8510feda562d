using Streaming.Contracts;
using Streaming.Features.Definitions;

namespace Streaming.Features.Assembly;

/// <summary>One feature set in one partition: its buckets, and the rules by which they fill, close, are revised and go. TIME.md's numbers stand at the rules.</summary>
internal sealed unsafe class FeatureSetState
{
    private readonly PartitionScope _scope;
    private readonly FeatureSetDefinition _set;
    private readonly EntityBucketTable _table;
    private readonly BucketStore _buckets;
    private readonly LeastRecentEntities _leastRecent;
    private readonly ReadingMemory _memory;
    private readonly VectorEmitter _emitter;
    private readonly SetCounters _counters = new();

    /// <param name="plan">The feature set.</param>
    /// <param name="position">Its position among the sets of the worker, which are in the order of their names.</param>
    /// <param name="scope">The partition.</param>
    /// <param name="decoder">Knows the identity of the reading at hand.</param>
    public FeatureSetState(FeatureSetPlan plan, int position, PartitionScope scope, ReadingDecoder decoder)
    {
        Plan = plan;
        _set = plan.Definition;
        _scope = scope;
        _table = new EntityBucketTable(plan.Vector, position, scope);
        _buckets = _table.Buckets;
        _leastRecent = new LeastRecentEntities(scope, _table);
        _memory = new ReadingMemory(_buckets, scope, decoder);
        Members = new GroupBuckets(plan);
        _emitter = new VectorEmitter(plan, _table, scope, _counters, Members);
        Clock = new BucketClock(plan.Definition, position, _table);
    }

    public FeatureSetPlan Plan { get; }

    /// <summary>Whether the set runs: one that is new to the partition's state begins with the first live record.</summary>
    public bool Started { get; set; }

    public AssemblyCounters Counters => _counters.Now;

    /// <summary>When its buckets close and go.</summary>
    public BucketClock Clock { get; }

    /// <summary>What the members of groups say of themselves.</summary>
    public GroupBuckets Members { get; }

    /// <summary>What the set remembers of the entities.</summary>
    public EntityBucketTable Table => _table;

    /// <summary>Counts a reading of a scope that no feature set has a use for.</summary>
    public void CountUnwanted()
    {
        if (Started)
        {
            _counters.Now.Readings++;
            _counters.Now.Filtered++;
        }
    }

    /// <summary>Takes a reading in, up to the new watermark; what that closes comes after (rule 7). The entity is touched.</summary>
    /// <returns>Whether the watermark may close something.</returns>
    public bool Take(int slot, EntityRow* entity, scoped in Reading reading)
    {
        _counters.Now.Readings++;
        if (reading.Scope != _set.Scope)
        {
            _counters.Now.Filtered++;
            return false;
        }

        var row = _table.Of(entity);
        Enter(slot, row, reading);
        var index = row->Newest;
        var bucket = _buckets.Find(index);
        var start = bucket == null ? 0 : bucket->Start;
        if (bucket == null || reading.EventTime < start || reading.EventTime >= start + _set.Bucket)
        {
            start = Plan.BucketStart(reading.EventTime);
            index = _table.Find(row, start);
            bucket = _buckets.Find(index);
        }

        if (bucket != null && _memory.IsRepeated(entity, bucket, reading))
        {
            _counters.Now.Duplicate++;
            return false;
        }

        var binding = Plan.Bind(reading.Shape);
        var end = start + _set.Bucket;
        if (binding.IsEmpty || (start < _set.From && !_set.IgnoresFrom) || !binding.IsChosen(reading.Values, start))
        {
            _counters.Now.Filtered++;
        }
        else if (end + _set.Grace > row->Watermark && end > row->ClosedThrough)
        {
            TakeInTime(slot, entity, index, start, reading, binding);
        }
        else if (bucket != null || (end > row->SealedThrough && row->Watermark < end + _set.Grace + _set.ReviseFor))
        {
            TakeRevising(slot, entity, index, start, reading, binding);
        }
        else
        {
            _counters.Now.Late++;
            _scope.Output.WriteLate(Plan, reading, start, row->Watermark);
        }

        row->Watermark = Math.Max(row->Watermark, reading.EventTime);
        row->LastArrival = Math.Max(row->LastArrival, reading.Arrival);
        return row->Watermark >= row->NextByWatermark;
    }

    /// <summary>The start of a bucket.</summary>
    public long StartOf(int index) => _buckets[index]->Start;

    /// <summary>Does what the entity's watermark does to a bucket (rules 9, 11).</summary>
    public void Pass(int slot, int index)
    {
        if (!_buckets[index]->Closed)
        {
            Close(slot, index, CloseReason.Watermark);
        }

        if (Clock.UntilWatermark(*_buckets[index]) <= _table[slot]->Watermark)
        {
            Seal(slot, index);
        }
        else
        {
            _scope.Schedule(slot, Clock.UntilTime(_table[slot], *_buckets[index]));
        }
    }

    /// <summary>Does what a deadline does. The entity is touched.</summary>
    public void Fire(int slot, in Deadline deadline)
    {
        var bucket = _buckets[deadline.Bucket];
        if (bucket->ReportDue == deadline.Time)
        {
            _emitter.Emit(slot, deadline.Bucket, CloseReason.Revision);
        }
        else if (bucket->Closed)
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
        _counters.Commit();
        Members.Commit();
    }

    /// <summary>Ends a transaction that is undone.</summary>
    public void Rollback()
    {
        _buckets.Rollback();
        _counters.Rollback();
        Members.Rollback();
    }

    /// <summary>Forgets an entity that was added in the transaction that is undone.</summary>
    public void Drop(int slot)
    {
        _leastRecent.Remove(slot);
        *_table[slot] = EntityBuckets.Unseen;
    }

    /// <summary>An entity has its old values again.</summary>
    public void Restored(int slot) => _leastRecent.Restore(slot);

    /// <summary>Takes over the counters.</summary>
    public void Restore(in AssemblyCounters counters) => _counters.Restore(counters);

    private void Enter(int slot, EntityBuckets* row, scoped in Reading reading)
    {
        if (!row->Present)
        {
            row->Present = true;
            _counters.Now.Entities++;
            _leastRecent.Add(slot, reading.Offset);
        }

        row->LastOffset = reading.Offset;
        if (_counters.Now.Entities > _set.MaxEntities)
        {
            Forget(_leastRecent.First());
        }
    }

    private void TakeInTime(int slot, EntityRow* entity, int index, long start, scoped in Reading reading, ShapeBinding binding)
    {
        if (!TryFill(slot, entity, ref index, start, isLate: false, reading, binding, out var bucket))
        {
            return;
        }

        if (bucket->Revision > 0)
        {
            _emitter.Gather(slot, bucket, reading.Arrival);
        }
        else if (_set.Emit == EmitMode.Complete && _emitter.IsComplete(slot, bucket))
        {
            _emitter.Emit(slot, index, CloseReason.Complete);
        }
    }

    private void TakeRevising(int slot, EntityRow* entity, int index, long start, scoped in Reading reading, ShapeBinding binding)
    {
        if (TryFill(slot, entity, ref index, start, isLate: true, reading, binding, out var bucket))
        {
            bucket->Late++;
            _counters.Now.Revised++;
            _emitter.Gather(slot, bucket, reading.Arrival);
        }
    }

    /// <summary>Adds a reading to its bucket, which is opened where there is none; a reading that a bound leaves no room for is evicted.</summary>
    private bool TryFill(int slot, EntityRow* entity, ref int index, long start, bool isLate, scoped in Reading reading, ShapeBinding binding, out Bucket* bucket)
    {
        if (index == Bucket.None)
        {
            index = Open(slot, _table.Of(entity), start, isLate, reading.Arrival);
        }

        bucket = _buckets.Find(index);
        if (bucket == null || bucket->Readings >= _set.MaxReadingsPerBucket)
        {
            _counters.Now.Evicted++;
            return false;
        }

        _buckets.Touch(bucket, _scope.Transaction);
        _memory.Remember(entity, bucket, reading);
        binding.Add(BucketStore.Words(bucket), reading.Values, (uint)(reading.EventTime - start));
        if (Plan.Vector.Ordered.Length > 0)
        {
            binding.Keep(bucket, reading.Values, (uint)(reading.EventTime - start), _table.Ordered);
        }

        if (bucket->Readings++ == 0)
        {
            bucket->FirstOffset = reading.Offset;
        }

        bucket->LastOffset = reading.Offset;
        bucket->LatestTime = Math.Max(bucket->LatestTime, reading.EventTime);
        bucket->Unreported++;
        _counters.Now.Pending++;
        return true;
    }

    private void Close(int slot, int index, CloseReason reason)
    {
        var bucket = _buckets[index];
        _buckets.Touch(bucket, _scope.Transaction);
        var row = _table[slot];
        bucket->Closed = true;
        row->ClosedThrough = Math.Max(row->ClosedThrough, bucket->Start + _set.Bucket);
        row->NextByWatermark = Math.Min(row->NextByWatermark, Clock.UntilWatermark(*bucket));
        if (bucket->Unreported > 0)
        {
            _emitter.Emit(slot, index, bucket->Revision == 0 ? reason : CloseReason.Revision);
        }
    }

    /// <summary>Reports what was gathered, and lets a bucket go that can no longer be revised.</summary>
    private void Seal(int slot, int index)
    {
        if (_buckets[index]->Unreported > 0 || _buckets[index]->ReportDue != Bucket.Never)
        {
            _emitter.Emit(slot, index, CloseReason.Revision);
        }

        // What a missing feature kept out of every vector is in none.
        var bucket = _buckets[index];
        _counters.Now.Filtered += bucket->Unreported;
        _counters.Now.Pending -= bucket->Unreported;
        Release(slot, index, isKept: true);
    }

    /// <summary>What is joined to an entity's buckets that end after a time may have changed (rule 11). The entity is touched.</summary>
    public void Rejoin(int slot, long from, long arrival)
    {
        if (Started && Plan.Vector.HasJoins && _table[slot]->Present)
        {
            _emitter.Rejoin(slot, from, arrival);
        }
    }

    /// <summary>What the group of an entity says of the bucket with a start may have changed (rule 6).</summary>
    public void RejoinBucket(int slot, long start, long arrival)
    {
        if (_table[slot]->Present && _table.Find(_table[slot], start) is var index and not Bucket.None && _emitter.IsOpenToGroup(_buckets[index]))
        {
            _scope.Touch(slot);
            _emitter.RejoinOne(slot, index, arrival);
        }
    }

    /// <summary>Opens a bucket, evicting the oldest where there are too many.</summary>
    /// <returns><see cref="Bucket.None"/> where the bucket itself would be the one to go.</returns>
    private int Open(int slot, EntityBuckets* row, long start, bool isClosed, long arrival)
    {
        if (row->Count == _set.MaxOpenBuckets)
        {
            var oldest = _table.Oldest(row);
            if (_buckets[oldest]->Start > start)
            {
                return Bucket.None;
            }

            Evict(slot, oldest);
        }

        var index = _table.Insert(row, start, isClosed);
        row->NextByWatermark = Math.Min(row->NextByWatermark, Clock.UntilWatermark(*_buckets[index]));
        _counters.Now.Buckets++;
        _scope.Schedule(slot, isClosed ? arrival + _set.ReviseFor : Math.Max(start + _set.Bucket + _set.Grace, arrival + _set.IdleClose));
        return index;
    }

    private void Release(int slot, int index, bool isKept)
    {
        var row = _table[slot];
        row->SealedThrough = Math.Max(row->SealedThrough, _buckets[index]->Start + _set.Bucket);
        if (isKept && Plan.Vector.LooksBack)
        {
            _table.Settle(_buckets[index]);
            row->History = _table.History.Add(row->History, _buckets[index], NextEnd(row, index));
        }

        _table.Remove(row, index);
        _counters.Now.Buckets--;
    }

    /// <summary>The least end of a bucket whose vector may still be computed when one has gone.</summary>
    private long NextEnd(EntityBuckets* row, int gone)
    {
        var least = row->SealedThrough + _set.Bucket;
        for (var index = row->Newest; index != Bucket.None; index = _buckets[index]->Older)
        {
            least = index == gone ? least : Math.Min(least, _buckets[index]->Start + _set.Bucket);
        }

        return least;
    }

    /// <summary>Lets a bucket go before its time: what its last vector lacks is reported, what never was in one is dropped and counted.</summary>
    private void Evict(int slot, int index)
    {
        var bucket = _buckets[index];
        var row = _table[slot];
        if (bucket->Revision > 0 && (bucket->Unreported > 0 || bucket->ReportDue != Bucket.Never))
        {
            _emitter.Emit(slot, index, CloseReason.Revision);
        }

        if (bucket->Unreported > 0)
        {
            _counters.Now.Evicted += bucket->Unreported;
            _counters.Now.Pending -= bucket->Unreported;
            _counters.Now.EvictedBuckets += bucket->Revision == 0 ? 1 : 0;
        }

        row->ClosedThrough = Math.Max(row->ClosedThrough, bucket->Start + _set.Bucket);
        Release(slot, index, isKept: bucket->Revision > 0);
    }

    private void Forget(int slot)
    {
        _scope.Touch(slot);
        while (_table[slot]->Newest != Bucket.None)
        {
            Evict(slot, _table.Oldest(_table[slot]));
        }

        _leastRecent.Remove(slot);
        _scope.Blocks.Give(_table[slot]->History);
        *_table[slot] = EntityBuckets.Unseen;
        _counters.Now.Entities--;
        _counters.Now.EvictedEntities++;
        _scope.Forgotten(slot);
    }
}
