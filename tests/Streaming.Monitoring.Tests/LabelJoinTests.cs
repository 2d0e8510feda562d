namespace Streaming.Monitoring.Tests;

public sealed class LabelJoinTests
{
    private static RecordOrigin At(long known, long offset = 0) => new(known, "labels", 0, offset);

    private static BucketPrediction Bucket(long start, long end) => new(start, end, 0, "x", At(0));

    private static string? TruthOf(BucketPrediction bucket, params LabelledTime[] labels) => Assert.Single(LabelJoin.Join([bucket], labels)).Truth?.Value;

    [Theory]
    [InlineData(9, null)]
    [InlineData(10, "in")]
    [InlineData(19, "in")]
    [InlineData(20, null)]
    public void Rule_22_a_moment_joins_the_bucket_that_contains_it(long moment, string? expected) =>
        Assert.Equal(expected, TruthOf(Bucket(10, 20), new LabelledTime(moment, null, "in", At(1))));

    [Theory]
    [InlineData(0, 10, null)]
    [InlineData(0, 11, "in")]
    [InlineData(12, 13, "in")]
    [InlineData(0, 100, "in")]
    [InlineData(19, 30, "in")]
    [InlineData(20, 30, null)]
    [InlineData(15, 15, null)]
    [InlineData(15, 12, null)]
    public void Rule_22_an_interval_joins_every_bucket_that_it_overlaps(long start, long end, string? expected) =>
        Assert.Equal(expected, TruthOf(Bucket(10, 20), new LabelledTime(start, end, "in", At(1))));

    [Fact]
    public void The_newest_label_counts_by_known_time_then_coordinates()
    {
        Assert.Equal("new", TruthOf(Bucket(0, 10), new(1, null, "old", At(1, 9)), new(2, null, "new", At(2, 0))));
        Assert.Equal("new", TruthOf(Bucket(0, 10), new(1, null, "new", At(1, 1)), new(2, null, "old", At(1, 0))));
        Assert.Equal("new", TruthOf(Bucket(0, 10), new(1, 3, "new", At(2)), new(2, null, "old", At(1))));
        Assert.Equal("new", TruthOf(Bucket(0, 10), new(2, null, "old", At(RecordOrigin.Unstamped)), new(1, 3, "new", At(0))));
    }

    [Fact]
    public void The_highest_revision_counts_and_of_equal_ones_the_newest()
    {
        var judged = LabelJoin.Join(
            [
                new BucketPrediction(0, 10, 1, "high", At(1)),
                new BucketPrediction(0, 10, 0, "low", At(5)),
                new BucketPrediction(10, 20, 0, "new", At(5)),
                new BucketPrediction(10, 20, 0, "old", At(4)),
            ],
            []);

        Assert.Equal(["high", "new"], judged.Select(bucket => bucket.Prediction.Label));
    }

    /// <summary>Random buckets (of several lengths, overlapping) and labels, in random order and repeated, against the definition taken literally.</summary>
    [Fact]
    public void Random_histories_join_as_by_comparing_everything_with_everything()
    {
        for (var seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            var predictions = Many(random, 40, origin => RandomPrediction(random, origin));
            var labels = Many(random, 40, origin => RandomLabel(random, origin));

            var judged = LabelJoin.Join(predictions, labels);

            Assert.Equal(Naive(predictions, labels), judged);
        }
    }

    /// <summary>Items of different origins, some of them repeated, in random order.</summary>
    private static List<T> Many<T>(Random random, int most, Func<RecordOrigin, T> make)
    {
        var offsets = Enumerable.Range(0, random.Next(most)).ToArray();
        random.Shuffle(offsets);
        List<T> items = [.. offsets.Select(offset => make(At(random.Next(4), offset)))];
        items.AddRange(items.Where(_ => random.Next(3) == 0).ToArray());
        var shuffled = items.ToArray();
        random.Shuffle(shuffled);
        return [.. shuffled];
    }

    private static BucketPrediction RandomPrediction(Random random, RecordOrigin origin)
    {
        var length = random.Next(4) == 0 ? 25 : 10;
        var start = random.Next(-10, 20) * (long)length;
        return new BucketPrediction(start, start + length, random.Next(3), $"label {random.Next(3)}", origin);
    }

    private static LabelledTime RandomLabel(Random random, RecordOrigin origin)
    {
        var start = random.Next(-120, 220);
        long? end = random.Next(2) == 0 ? null : start + random.Next(-5, 120);
        return new LabelledTime(start, end, $"label {random.Next(3)}", origin);
    }

    private static List<JudgedBucket> Naive(List<BucketPrediction> predictions, List<LabelledTime> labels)
    {
        var judged = new List<JudgedBucket>();
        foreach (var bucket in predictions.GroupBy(prediction => (prediction.BucketStart, prediction.BucketEnd)).OrderBy(group => group.Key))
        {
            var best = bucket.OrderBy(prediction => prediction.Revision).ThenBy(prediction => prediction.Origin).Last();
            var truths = new List<LabelledTime>();
            foreach (var label in labels)
            {
                var overlaps = label.EventEnd is { } end
                    ? Enumerable.Range(0, (int)Math.Max(0, end - label.EventTime)).Any(step => label.EventTime + step >= best.BucketStart && label.EventTime + step < best.BucketEnd)
                    : label.EventTime >= best.BucketStart && label.EventTime < best.BucketEnd;
                if (overlaps)
                {
                    truths.Add(label);
                }
            }

            judged.Add(new JudgedBucket(best, truths.Count == 0 ? null : truths.OrderBy(truth => truth.Origin).Last()));
        }

        return judged;
    }
}
