using Streaming.Features.Definitions;

namespace Streaming.Features.Assembly;

/// <summary>When the buckets of a feature set close, and when they can no longer be revised.</summary>
internal sealed unsafe class BucketClock(FeatureSetDefinition set, int position, EntityBucketTable table)
{
    /// <summary>The watermark that closes an open bucket, or ends the revisions of a closed one (rules 9, 11).</summary>
    public long UntilWatermark(in Bucket bucket) => bucket.Start + set.Bucket + set.Grace + (bucket.Closed ? set.ReviseFor : 0);

    /// <summary>The log time that does the same.</summary>
    public long UntilTime(EntityBuckets* row, in Bucket bucket) => bucket.Closed
        ? row->LastArrival + set.ReviseFor
        : Math.Max(bucket.Start + set.Bucket + set.Grace, row->LastArrival + set.IdleClose);

    /// <summary>An entity's oldest bucket that its watermark closes or ends the revisions of; <see cref="Bucket.None"/> where there is none.</summary>
    public int FindPassed(int slot)
    {
        var row = table[slot];
        if (row->Watermark < row->NextByWatermark)
        {
            return Bucket.None;
        }

        var oldest = Bucket.None;
        var next = long.MaxValue;
        for (var index = row->Newest; index != Bucket.None; index = table.Buckets[index]->Older)
        {
            var until = UntilWatermark(*table.Buckets[index]);
            if (until <= row->Watermark)
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
            row->NextByWatermark = next;
        }

        return oldest;
    }

    /// <summary>An entity's first deadline in this set.</summary>
    public Deadline NextDeadline(int slot)
    {
        var first = Deadline.None;
        var row = table[slot];
        for (var index = row->Newest; index != Bucket.None; index = table.Buckets[index]->Older)
        {
            var bucket = table.Buckets[index];
            var deadline = new Deadline(Math.Min(bucket->ReportDue, UntilTime(row, *bucket)), bucket->Start, position, index);
            if (deadline.IsBefore(first))
            {
                first = deadline;
            }
        }

        return first;
    }
}
