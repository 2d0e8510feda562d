using System.Runtime.Intrinsics;
using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Laws;

/// <summary>Sums, spreads and slopes against arithmetic that does not round.</summary>
public sealed class NumberLaws
{
    private const int Bucket = 1000;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1e9, 1e-3)]
    [InlineData(1e12, 1e-3)]
    [InlineData(1e15, 1)]
    [InlineData(-3e7, 1e-6)]
    [InlineData(273.15, 1e-9)]
    [InlineData(0, 1e-140)]
    [InlineData(0, 1e150)]
    public void Mean_stddev_and_slope_keep_their_digits_in_a_bucket_and_over_a_window(double offset, double spread)
    {
        Cases.Check(300, random =>
        {
            var values = Enumerable.Range(0, random.Next(2, 200)).Select(_ => (Time: (long)random.Next(3 * Bucket), Value: offset + (spread * (random.NextDouble() - 0.5)))).Prepend((0, offset)).ToArray();
            AssertExact(values, offset, spread, 1e-12);
        });
    }

    [Fact]
    public void Values_whose_sum_or_squares_are_greater_than_any_number_keep_their_mean_stddev_and_slope()
    {
        Cases.Check(600, random =>
        {
            var size = random.Pick(1e160, 1e200, 1e300, 1.7e308);
            var values = Enumerable.Range(0, random.Next(2, 60)).Select(_ => (Time: (long)random.Next(3 * Bucket), Value: size * ((2 * random.NextDouble()) - 1))).Prepend((0, size)).ToArray();
            AssertExact(values, size, size, 1e-12);
        });
    }

    [Fact]
    public void Values_below_every_normal_number_keep_their_sum_and_mean()
    {
        Cases.Check(300, random =>
        {
            var values = Enumerable.Range(0, random.Next(1, 100)).Select(_ => random.Next(-1000, 1000) * double.Epsilon).ToArray();
            var vector = Compute([.. values.Select((value, i) => ((long)i, value))], over: 1);
            Assert.Equal(Exact.Sum(values), vector[0]);

            // To the nearest multiple of the least number, and one for the rounding of the quotient.
            Assert.True(Math.Abs(Exact.Mean(values) - vector[1]) <= double.Epsilon, $"{vector[1]:R} of {values.Length}");
            Assert.All(vector.Where((_, i) => values.Length > 1 || i is not (2 or 3)), value => Assert.True(double.IsFinite(value)));
        });
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(-1e308)]
    [InlineData(double.MaxValue)]
    [InlineData(double.Epsilon)]
    [InlineData(0.1)]
    public void A_single_value_is_its_own_mean_and_equal_ones_have_no_spread_and_no_slope(double value)
    {
        Assert.Equal([value, value, double.NaN, double.NaN, 0], Compute([(5, value)], over: 1));
        var equal = Enumerable.Range(0, 30).Select(i => ((long)i * 90, value)).ToArray();
        foreach (var over in new[] { 1, 3 })
        {
            var vector = Compute(equal, over);
            AssertNear(value, vector[1], 1e-15, 0);
            Assert.Equal([0, 0, 0], vector[2..]);
        }
    }

    [Fact]
    public void An_outlier_that_comes_first_does_not_spoil_the_deviation_of_the_rest()
    {
        (long, double)[] values = [(0, 1e12), .. Enumerable.Range(1, 999).Select(i => ((long)i, (double)(i % 2)))];
        AssertNear(Exact.Deviation([.. values.Select(value => value.Item2)]), Compute(values, over: 1)[2], 1e-12, 0);
    }

    [Fact]
    public unsafe void Four_metrics_at_a_time_give_the_bits_of_one_at_a_time()
    {
        // Room before, between and behind the four, which nobody may write to.
        const int stride = 6;
        const int at = 1;
        const int length = 9 * stride;
        var alone = stackalloc double[length];
        var together = stackalloc double[length];
        var refused = 0;
        Cases.Check(4000, random =>
        {
            var parts = (MetricParts)random.Next(128) & FourAccumulators.Supported;
            new Span<double>(alone, length).Fill(-1);
            for (var metric = 0; metric < FourAccumulators.Count; metric++)
            {
                Accumulator.Clear(alone, new MetricPlan(at + metric, stride, parts, [], hasRise: false));
            }

            new Span<double>(alone, length).CopyTo(new Span<double>(together, length));
            var size = random.Pick(1, 1e-300, 1e160, 1.7e308);
            for (var i = random.Next(1, 80); i > 0; i--)
            {
                var values = Vector256.Create([.. Enumerable.Range(0, FourAccumulators.Count).Select(_ => random.Pick<double>(0, -0.0, size, random.Next(-3, 4), size * ((2 * random.NextDouble()) - 1)))]);
                var time = random.Pick<uint>(0, (uint)random.Next(Bucket), uint.MaxValue);
                var isTaken = FourAccumulators.TryAdd(together + at, stride, parts, values, time);
                if (!isTaken)
                {
                    refused++;
                    AssertSame(alone, together, length);
                }

                for (var metric = 0; metric < FourAccumulators.Count; metric++)
                {
                    Accumulator.Add(alone + at + metric, stride, parts, values[metric], time);
                    if (!isTaken)
                    {
                        Accumulator.Add(together + at + metric, stride, parts, values[metric], time);
                    }
                }

                AssertSame(alone, together, length);
            }
        });

        Assert.True(refused > 1000, $"Only {refused} were too great.");
    }

    [Fact]
    public unsafe void A_sum_of_ten_million_readings_is_right_to_the_last_digit()
    {
        var sum = stackalloc double[2];
        sum[0] = sum[1] = 0;
        var plain = 0.0;
        Int128 exact = 0;
        var random = new Random(5);
        for (var i = 0; i < 10_000_000; i++)
        {
            var parts = random.NextInt64(-(1L << 50), 1L << 51);
            Accumulator.AddToSum(sum, parts / 1024.0);
            plain += parts / 1024.0;
            exact += parts;
        }

        Assert.Equal((double)exact / 1024, Accumulator.Total(sum));
        Assert.NotEqual((double)exact / 1024, plain);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public unsafe void A_sum_of_ten_million_readings_that_cancel_each_other_keeps_the_bound_that_is_said_of_it(int buckets)
    {
        const int count = 10_000_000;
        var total = stackalloc double[2];
        var sum = stackalloc double[2];
        total[0] = total[1] = 0;
        Int128 exact = 0;
        var magnitudes = 0.0;
        var random = new Random(buckets);
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            sum[0] = sum[1] = 0;
            for (var i = 0; i < count / buckets; i++)
            {
                // Of sizes from 2^-20 to 2^60, so that most digits are lost in a plain sum.
                var parts = random.NextInt64(-(1L << 52), 1L << 52);
                var up = random.Next(0, 28);
                var value = Math.ScaleB(parts, up - 20);
                Accumulator.AddToSum(sum, value);
                exact += (Int128)parts << up;
                magnitudes += Math.Abs(value);
            }

            Accumulator.AddSumToSum(total, sum);
        }

        var right = Math.ScaleB((double)exact, -20);
        var bound = (Math.Abs(right) * Math.ScaleB(1, -53)) + (magnitudes * count * count * Math.ScaleB(1, -106));
        Assert.True(Math.Abs(Accumulator.Total(total) - right) <= bound, $"{Accumulator.Total(total):R} instead of {right:R}, bound {bound:R}");
    }

    [Fact]
    public void A_window_does_not_drift_after_thousands_of_steps()
    {
        // Far from 0, with a burst of great values that must leave no trace when it has left the window.
        var random = new Random(3);
        var values = Enumerable.Range(0, 20_000).Select(i => (Time: i * 100L, Value: (i is > 500 and < 700 ? 1e200 : 1e12) + (1e-3 * random.NextDouble()))).ToArray();
        var set = Set(over: 5) with { MaxReadingsPerBucket = 100 };
        var vectors = Some.Vectors(set, [.. values.Select(value => Some.Reading("e", value.Time, value.Value)), Some.Reading("e", 10_000_000)]);
        foreach (var vector in vectors.Where((vector, i) => i > 100 && i % 97 == 0).Append(vectors[^2]))
        {
            var window = values.Where(value => value.Time >= vector.BucketEnd - (5 * Bucket) && value.Time < vector.BucketEnd).ToArray();
            AssertExact(window, vector.Features, 1e12, 1e-3, 1e-9);
        }
    }

    [Fact]
    public void No_finite_input_gives_NaN_or_infinity()
    {
        double[] extremes = [double.MaxValue, -double.MaxValue, double.Epsilon, -double.Epsilon, -0.0, 1e308, -1e308, 1e-308, 1e160, -1e160, 1, 0];
        Cases.Check(3000, random =>
        {
            var values = Enumerable.Range(0, random.Next(2, 9)).Select(i => (Time: (long)(i * random.Pick(1, 300)), Value: random.Pick(extremes))).ToArray();
            foreach (var over in new[] { 1, 3 })
            {
                var vector = Compute(values, over);
                var isOneTime = over == 1 && values.All(value => value.Time < Bucket) is false;
                Assert.All(vector, value => Assert.True(double.IsFinite(value) || isOneTime, $"{value} of {string.Join(", ", values)}"));
            }
        });
    }

    private static void AssertExact((long Time, double Value)[] values, double offset, double spread, double share)
    {
        var last = values.Max(value => value.Time);
        values = [.. values.Where(value => value.Time / Bucket > (last / Bucket) - 3)];
        AssertExact([.. values.Where(value => value.Time / Bucket == last / Bucket)], Compute(values, over: 1), offset, spread, share);
        AssertExact(values, Compute(values, over: 3), offset, spread, share);
    }

    private static void AssertExact((long Time, double Value)[] values, double[] vector, double offset, double spread, double share)
    {
        var numbers = values.Select(value => value.Value).ToArray();
        AssertNear(Exact.Mean(numbers), vector[1], 1e-15, Math.Abs(offset) * 1e-15 * numbers.Length * (spread >= 1e160 ? 1 : 0));
        if (numbers.Length > 1)
        {
            AssertNear(Exact.Deviation(numbers), vector[2], share, spread * share);
        }

        if (values.Select(value => value.Time).Distinct().Count() > 1)
        {
            // What one unit in the last place of the spread, over the shortest time, makes of a slope.
            AssertNear(Exact.Slope(values), vector[3], share, spread * share * 1000);
        }
    }

    private static void AssertNear(double expected, double actual, double share, double least) =>
        Assert.True(Math.Abs(expected - actual) <= Math.Max(share * Math.Abs(expected), least) || (double.IsInfinity(expected) && Math.Abs(actual) == double.MaxValue), $"{actual:R} instead of {expected:R}");

    /// <summary>Sum, mean, stddev, slope and range of the last bucket, or of the window that ends with it.</summary>
    private static double[] Compute((long Time, double Value)[] values, int over) =>
        Some.Vectors(Set(over) with { Grace = 3 * Bucket }, [.. values.Select((value, i) => Some.Reading("e", value.Time, value.Value) with { Sequence = i }), Some.Reading("e", 1_000_000)])[^1].Features;

    private static FeatureSetDefinition Set(int over) => Some.Set() with
    {
        Bucket = Bucket,
        Features = [.. new[] { Aggregate.Sum, Aggregate.Mean, Aggregate.Stddev, Aggregate.Slope, Aggregate.Range }.Select(aggregate => Some.Feature(aggregate) with { Over = over == 1 ? null : over * Bucket })],
    };

    private static unsafe void AssertSame(double* expected, double* came, int length) =>
        Assert.True(new ReadOnlySpan<ulong>(expected, length).SequenceEqual(new ReadOnlySpan<ulong>(came, length)));
}
