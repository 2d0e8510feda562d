using Streaming.Contracts;
using Streaming.Features.Definitions;

namespace Streaming.Features.Assembly;

/// <summary>How buckets are found, opened, bounded and released.</summary>
internal sealed partial class FeatureSetState
{
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
