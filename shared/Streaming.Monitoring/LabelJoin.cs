namespace Streaming.Monitoring;

/// <summary>Joins labels to the buckets of predictions: for each bucket the highest revision, and the newest label that joins it.</summary>
public static class LabelJoin
{
    /// <summary>Joins what one deployment said of one entity with that entity's labels of one name. The order of either, and repetitions, do not matter.</summary>
    /// <returns>One for each bucket that has a prediction, by bucket start, then bucket end.</returns>
    public static IReadOnlyList<JudgedBucket> Join(IEnumerable<BucketPrediction> predictions, IEnumerable<LabelledTime> labels)
    {
        var buckets = CountingPredictions(predictions);
        var sweep = new LabelSweep(labels);
        var judged = new JudgedBucket[buckets.Count];
        for (var index = 0; index < judged.Length; index++)
        {
            var bucket = buckets[index];
            judged[index] = new JudgedBucket(bucket, sweep.Newest(bucket.BucketStart, bucket.BucketEnd));
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
}
