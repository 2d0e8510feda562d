using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Streaming.Contracts;
using Streaming.Features.Definitions;

namespace Streaming.Features.Assembly;

/// <summary>Makes the vectors of a feature set in a partition leave, and those that look back at them.</summary>
internal sealed unsafe class VectorEmitter(FeatureSetPlan plan, EntityBucketTable table, PartitionScope scope, SetCounters counters, GroupBuckets members)
{
    private readonly FeatureSetDefinition _set = plan.Definition;
    private readonly BucketStore _buckets = table.Buckets;
    private readonly VectorComputer _computer = new(plan.Vector, table, scope, members);

    /// <summary>Whether what is joined to a bucket is no longer what its vector was made of.</summary>
    private bool IsJoinedAnew(int slot, Bucket* bucket) => _computer.JoinedNow(slot, bucket) != bucket->Joined;

    /// <summary>Whether every feature without a missing policy is present (rule 10).</summary>
    public bool IsComplete(int slot, Bucket* bucket)
    {
        if (!plan.Vector.HasCounts(BucketStore.Words(bucket)) || plan.Vector.CountsSuffice)
        {
            return plan.Vector.CountsSuffice && plan.Vector.HasCounts(BucketStore.Words(bucket));
        }

        _computer.Compute(slot, bucket);
        return _computer.IsComplete;
    }

    /// <summary>Makes the vector of a bucket anew, and after it those of later buckets that look back at it. Where nothing changed, nothing leaves.</summary>
    public void Emit(int slot, int index, CloseReason reason)
    {
        var bucket = _buckets[index];
        _buckets.Touch(bucket, scope.Transaction);
        bucket->ReportDue = Bucket.Never;
        _computer.Compute(slot, bucket);
        var isSame = bucket->Looked == _computer.Looked;
        (bucket->Looked, bucket->Joined) = (_computer.Looked, _computer.Joined);
        if (_computer.IsSkipped || (bucket->Revision > 0 && bucket->Unreported == 0 && isSame))
        {
            return;
        }

        var hash = scope.Output.WriteVector(plan, scope.Partition, scope.Entities.Name(slot), *bucket, _computer, reason);
        _computer.Tell(bucket);
        if (plan.Vector.Shared.Length > 0)
        {
            Say(slot, bucket);
        }

        counters.Now.VectorDigest = Hash.Combine(counters.Now.VectorDigest, hash);
        counters.Now.Vectors++;
        counters.Now.Revisions += bucket->Revision > 0 ? 1 : 0;
        counters.Now.Contributed += bucket->Unreported;
        counters.Now.Pending -= bucket->Unreported;
        bucket->Unreported = 0;
        bucket->Revision++;
        if (plan.Vector.LooksBack && index != table[slot]->Newest)
        {
            ReviseNext(slot, bucket->Start);
        }
    }

    /// <summary>Says to the members of the group what the vector has of the shared features, where that is not what was said before (rule 6).</summary>
    private void Say(int slot, Bucket* bucket)
    {
        var group = scope.Joins.Of(slot).GroupAt(bucket->Start + _set.Bucket);
        ref var said = ref Unsafe.As<double, ulong>(ref BucketStore.Words(bucket)[plan.Vector.SaidAt]);
        if (group.Length == 0 && said == 0)
        {
            return;
        }

        var now = Hash.Stable(MemoryMarshal.AsBytes(group.AsSpan()));
        foreach (var feature in plan.Vector.Shared)
        {
            now = Hash.Combine(now, BitConverter.DoubleToUInt64Bits(_computer.Raw[feature]));
        }

        now = Math.Max(now, 1);
        if (now != said)
        {
            said = now;
            scope.Output.WriteMember(plan, group, scope.Entities.Name(slot), *bucket, _computer.Raw);
        }
    }

    /// <summary>Revises the next bucket after a start that has a vector, if that changes; it goes on to the one after itself.</summary>
    private void ReviseNext(int slot, long start)
    {
        while (true)
        {
            var next = Bucket.None;
            for (var index = table[slot]->Newest; index != Bucket.None && _buckets[index]->Start > start; index = _buckets[index]->Older)
            {
                next = _buckets[index]->Revision > 0 ? index : next;
            }

            if (next == Bucket.None)
            {
                return;
            }

            start = _buckets[next]->Start;
            _computer.Compute(slot, _buckets[next]);
            if (!_computer.IsSkipped && _buckets[next]->Looked != _computer.Looked)
            {
                Emit(slot, next, CloseReason.Revision);
                return;
            }
        }
    }

    /// <summary>Sees to it that what a vector lacks leaves in time (rules 10, 11).</summary>
    public void Gather(int slot, Bucket* bucket, long arrival)
    {
        if (bucket->ReportDue == Bucket.Never)
        {
            bucket->ReportDue = arrival + _set.ReviseEvery;
            scope.Schedule(slot, bucket->ReportDue);
        }
    }

    /// <summary>What is joined to an entity's buckets that end after a time may have changed (rule 11). The entity is touched.</summary>
    public void Rejoin(int slot, long from, long arrival)
    {
        // From the oldest to the newest; what becomes complete leaves at once.
        for (long start = long.MinValue; NextAfter(slot, start) is var index and not Bucket.None; start = _buckets[index]->Start)
        {
            var bucket = _buckets[index];
            if (bucket->Start + _set.Bucket > from)
            {
                RejoinOne(slot, index, arrival);
            }
        }
    }

    /// <summary>Whether something that comes for a bucket now makes a difference at once: not where it is gathered anyhow, or looked at when the bucket closes.</summary>
    public bool IsOpenToGroup(Bucket* bucket) => bucket->Closed || bucket->Revision > 0 ? bucket->ReportDue == Bucket.Never : _set.Emit == EmitMode.Complete;

    /// <summary>What is joined to a bucket may have changed. The entity is touched.</summary>
    public void RejoinOne(int slot, int index, long arrival)
    {
        var bucket = _buckets[index];
        if (bucket->Closed || bucket->Revision > 0)
        {
            if (bucket->ReportDue == Bucket.Never && IsJoinedAnew(slot, bucket))
            {
                _buckets.Touch(bucket, scope.Transaction);
                Gather(slot, bucket, arrival);
            }
        }
        else if (_set.Emit == EmitMode.Complete && IsComplete(slot, bucket))
        {
            Emit(slot, index, CloseReason.Complete);
        }
    }

    private int NextAfter(int slot, long start)
    {
        var next = Bucket.None;
        for (var index = table[slot]->Newest; index != Bucket.None && _buckets[index]->Start > start; index = _buckets[index]->Older)
        {
            next = index;
        }

        return next;
    }
}
