using Streaming.Contracts;
using Streaming.Features.Definitions;

namespace Streaming.Features.Assembly;

/// <summary>One feature set in one partition: its buckets, and the rules by which they fill, close, are revised and go. The numbers at the rules are those of docs/TIME.md.</summary>
internal sealed partial class FeatureSetState
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
}
