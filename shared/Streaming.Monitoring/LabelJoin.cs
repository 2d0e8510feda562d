namespace Streaming.Monitoring;

/// <summary>Joins labels to the buckets of predictions: for each bucket the highest revision, and the newest label that joins it.</summary>
public static class LabelJoin
{
    /// <summary>Joins what one deployment said of one entity with that entity's labels of one name. The order of either, and repetitions, do not matter.</summary>
    /// <returns>One for each bucket that has a prediction, by bucket start, then bucket end.</returns>
    public static IReadOnlyList<JudgedBucket> Join(IEnumerable<BucketPrediction> predictions, IEnumerable<LabelledTime> labels)
    {
        var buckets = CountingPredictions(predictions);
        var (moments, intervals) = Split(labels);
        var judged = new JudgedBucket[buckets.Count];
        var firstMoment = 0;
        var nextInterval = 0;
        var open = new List<LabelledTime>();
        for (var index = 0; index < judged.Length; index++)
        {
            var bucket = buckets[index];
            while (firstMoment < moments.Count && moments[firstMoment].EventTime < bucket.BucketStart)
            {
                firstMoment++;
            }

            while (nextInterval < intervals.Count && intervals[nextInterval].EventTime < bucket.BucketEnd)
            {
                open.Add(intervals[nextInterval++]);
            }

            // Buckets come by their starts, so what ended before this one has nothing to say of the next either.
            open.RemoveAll(interval => interval.EventEnd <= bucket.BucketStart);
            judged[index] = new JudgedBucket(bucket, Newest(bucket, moments, firstMoment, open));
        }

        return judged;
    }

    private static List<BucketPrediction> CountingPredictions(IEnumerable<BucketPrediction> predictions)
    {
        var counting = new Dictionary<(long Start, long End), BucketPrediction>();
        foreach (var prediction in predictions)
        {
            var bucket = (prediction.BucketStart, prediction.BucketEnd);
            if (!counting.TryGetValue(bucket, out var other) || Replaces(prediction, other))
            {
                counting[bucket] = prediction;
            }
        }

        List<BucketPrediction> sorted = [.. counting.Values];
        sorted.Sort((left, right) => (left.BucketStart, left.BucketEnd).CompareTo((right.BucketStart, right.BucketEnd)));
        return sorted;
    }

    private static bool Replaces(BucketPrediction prediction, BucketPrediction other) =>
        prediction.Revision != other.Revision ? prediction.Revision > other.Revision : prediction.Origin > other.Origin;

    private static (List<LabelledTime> Moments, List<LabelledTime> Intervals) Split(IEnumerable<LabelledTime> labels)
    {
        var moments = new List<LabelledTime>();
        var intervals = new List<LabelledTime>();
        foreach (var label in labels)
        {
            (label.EventEnd is null ? moments : intervals).Add(label);
        }

        moments.Sort((left, right) => left.EventTime.CompareTo(right.EventTime));
        intervals.Sort((left, right) => left.EventTime.CompareTo(right.EventTime));
        return (moments, intervals);
    }

    private static LabelledTime? Newest(BucketPrediction bucket, List<LabelledTime> moments, int firstMoment, List<LabelledTime> open)
    {
        LabelledTime? newest = null;
        for (var index = firstMoment; index < moments.Count && moments[index].EventTime < bucket.BucketEnd; index++)
        {
            newest = Newer(newest, moments[index]);
        }

        foreach (var interval in open)
        {
            if (interval.Joins(bucket.BucketStart, bucket.BucketEnd))
            {
                newest = Newer(newest, interval);
            }
        }

        return newest;
    }

    private static LabelledTime Newer(LabelledTime? known, LabelledTime other) =>
        known is { } label && label.Origin >= other.Origin ? label : other;
}
