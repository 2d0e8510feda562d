using Streaming.Features.Definitions;

namespace Streaming.Features.Assembly;

/// <summary>Values that depend on more than the bucket's own running values. Each mixes into a hash what it looked at beside the bucket's own readings.</summary>
internal sealed unsafe class Lookback(VectorPlan plan, EarlierBuckets earlier)
{
    private readonly long _bucket = plan.Definition.Bucket;

    /// <summary>A metric over a window.</summary>
    public Summary Summarise(in FeaturePlan feature, Bucket* bucket, ref ulong looked)
    {
        var summary = new Summary(plan.Plans[feature.Metric]);
        for (var i = FirstOf(feature, bucket); i < earlier.Count; i++)
        {
            Look(i, ref looked);
            summary.Add(earlier[i].Words, earlier[i].Start);
        }

        summary.Add(BucketStore.Words(bucket), bucket->Start);
        return summary;
    }

    /// <summary>The seconds above a threshold, from each reading in the window to the next or the window's end; NaN without a reading.</summary>
    public double TimeAbove(in FeaturePlan feature, Bucket* bucket, ref ulong looked)
    {
        ref readonly var metric = ref plan.Plans[feature.Metric];
        var share = metric.TimeAbove(Array.IndexOf(metric.Thresholds, feature.Above));
        var (milliseconds, since) = (double.NaN, 0L);
        var isAbove = false;
        for (var i = FirstOf(feature, bucket); i <= earlier.Count; i++)
        {
            var words = i < earlier.Count ? earlier[i].Words : BucketStore.Words(bucket);
            var start = i < earlier.Count ? earlier[i].Start : bucket->Start;
            if (i < earlier.Count)
            {
                Look(i, ref looked);
            }

            if (metric.Count(words) == 0)
            {
                continue;
            }

            milliseconds = (double.IsNaN(milliseconds) ? 0 : milliseconds) + (isAbove ? start + metric.EarliestTime(words) - since : 0) + words[share];
            (since, isAbove) = (start + metric.LatestTime(words), words[metric.Last] > feature.Above);
        }

        return (milliseconds + (isAbove ? bucket->Start + _bucket - since : 0)) / 1000;
    }

    /// <summary>The rises of a counter since the last reading before the window; NaN without a reading in it.</summary>
    public double Increase(in FeaturePlan feature, Bucket* bucket, ref ulong looked)
    {
        ref readonly var metric = ref plan.Plans[feature.Metric];
        var first = FirstOf(feature, bucket);
        var before = LastBefore(feature.Metric, first);
        looked = Hash.Combine(Hash.Combine(looked, (ulong)before.Time), BitConverter.DoubleToUInt64Bits(before.Value));
        var (rise, value) = (double.NaN, before.Time == long.MinValue ? double.NaN : before.Value);
        for (var i = first; i <= earlier.Count; i++)
        {
            var words = i < earlier.Count ? earlier[i].Words : BucketStore.Words(bucket);
            if (i < earlier.Count)
            {
                Look(i, ref looked);
            }

            if (metric.Count(words) == 0)
            {
                continue;
            }

            rise = Accumulator.Bounded((double.IsNaN(rise) ? 0 : rise) + (double.IsNaN(value) ? 0 : OrderedReadings.Rise(value, metric.FirstValue(words))) + words[metric.Rise]);
            value = words[metric.Last];
        }

        return rise;
    }

    /// <summary>The bucket's end less the last reading's time, in seconds; NaN where there never was one.</summary>
    public double SecondsSinceLast(int metric, Bucket* bucket, ref ulong looked)
    {
        var words = BucketStore.Words(bucket);
        if (plan.Plans[metric].Count(words) > 0)
        {
            return (_bucket - plan.Plans[metric].LatestTime(words)) / 1000.0;
        }

        var last = LastBefore(metric, earlier.Count);
        looked = Hash.Combine(looked, (ulong)last.Time);
        return last.Time == long.MinValue ? double.NaN : (bucket->Start + _bucket - last.Time) / 1000.0;
    }

    /// <summary>What stands for a feature that a bucket does not have.</summary>
    /// <param name="feature">Its position.</param>
    /// <param name="policy">Its policy.</param>
    /// <param name="end">The bucket's end.</param>
    /// <param name="before">How many of the earlier buckets are before it.</param>
    /// <param name="looked">Takes what was looked at.</param>
    public double Fill(int feature, MissingPolicy policy, long end, int before, ref ulong looked)
    {
        if (policy.Kind != MissingPolicyKind.Last || end == long.MinValue)
        {
            return policy.Value;
        }

        var told = Array.IndexOf(plan.Told, feature);
        var last = new Known { Time = long.MinValue };
        for (var i = before - 1; i >= 0 && last.Time == long.MinValue; i--)
        {
            if (earlier[i].Words[plan.ToldAt + told] is var value && !double.IsNaN(value))
            {
                last = new Known { Time = earlier[i].Start + _bucket, Value = value };
            }
        }

        if (last.Time == long.MinValue && earlier.Told(told) is var known && known.Time != long.MinValue && known.Time < end)
        {
            last = known;
        }

        if (last.Time == long.MinValue || end - last.Time > policy.MaxAge)
        {
            return double.NaN;
        }

        looked = Hash.Combine(Hash.Combine(looked, (ulong)last.Time), BitConverter.DoubleToUInt64Bits(last.Value));
        return last.Value;
    }

    /// <summary>The position of the first earlier bucket in a feature's window.</summary>
    private int FirstOf(in FeaturePlan feature, Bucket* bucket) => feature.IsWindow ? earlier.CountBefore(bucket->Start + _bucket - feature.Window) : earlier.Count;

    private void Look(int position, ref ulong looked) => looked = Hash.Combine(Hash.Combine(looked, (ulong)earlier[position].Start), (ulong)earlier[position].Readings);

    /// <summary>The last reading of a metric in the earlier buckets before a position.</summary>
    private Known LastBefore(int metric, int position)
    {
        ref readonly var of = ref plan.Plans[metric];
        var last = earlier.Carried(Array.IndexOf(plan.Carried, metric));
        for (var i = position - 1; i >= 0; i--)
        {
            var words = earlier[i].Words;
            if ((!earlier[i].IsTile || of.At < plan.TileWords) && of.Count(words) > 0)
            {
                last = new Known { Time = earlier[i].Start + of.LatestTime(words), Value = of.Has(MetricParts.Last) ? words[of.Last] : 0 };
                break;
            }
        }

        return last;
    }
}
