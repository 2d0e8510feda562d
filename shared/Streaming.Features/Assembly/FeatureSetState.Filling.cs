using Streaming.Contracts;
using Streaming.Features.Definitions;

namespace Streaming.Features.Assembly;

/// <summary>How a reading enters a bucket, and when a vector leaves it.</summary>
internal sealed partial class FeatureSetState
{
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
}
