using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Laws;

/// <summary>Sums and spreads against arithmetic that does not round.</summary>
public sealed class NumberLaws
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1e9, 1e-3)]
    [InlineData(1e15, 1)]
    [InlineData(-3e7, 1e-6)]
    [InlineData(273.15, 1e-9)]
    public void Mean_and_stddev_of_values_close_together_far_from_0_keep_their_digits(double offset, double spread)
    {
        Cases.Check(200, random =>
        {
            var values = Enumerable.Range(0, random.Next(2, 200)).Select(_ => offset + (spread * (random.NextDouble() - 0.5))).ToArray();
            var vector = Compute(values);
            AssertNear(Exact.Mean(values), vector[1], 1e-15);
            AssertNear(Exact.Deviation(values), vector[2], 1e-12);
        });
    }

    [Fact]
    public void An_outlier_that_comes_first_does_not_spoil_the_deviation_of_the_rest()
    {
        double[] values = [1e12, .. Enumerable.Range(0, 1000).Select(i => (double)(i % 2))];
        AssertNear(Exact.Deviation(values), Compute(values)[2], 1e-12);
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

        Assert.Equal((double)exact / 1024, sum[0] + sum[1]);
        Assert.NotEqual((double)exact / 1024, plain);
    }

    [Fact]
    public void No_finite_input_gives_NaN_or_infinity()
    {
        double[] extremes = [double.MaxValue, -double.MaxValue, double.Epsilon, -0.0, 1e308, -1e308, 1, 0];
        Cases.Check(2000, random =>
        {
            var values = Enumerable.Range(0, random.Next(2, 8)).Select(_ => random.Pick(extremes)).ToArray();
            Assert.All(Compute(values), value => Assert.True(double.IsFinite(value), $"{value} of {string.Join(", ", values)}"));
        });
    }

    private static void AssertNear(double expected, double actual, double share) =>
        Assert.True(Math.Abs(expected - actual) <= share * Math.Abs(expected), $"{actual:R} instead of {expected:R}");

    /// <summary>Sum, mean, stddev, range.</summary>
    private static double[] Compute(double[] values)
    {
        var set = Some.Set() with { Bucket = 10_000, Features = [Some.Feature(Aggregate.Sum), Some.Feature(Aggregate.Mean), Some.Feature(Aggregate.Stddev), Some.Feature(Aggregate.Range)] };
        return Some.Vectors(set, [.. values.Select((value, i) => Some.Reading("e", i, value)), Some.Reading("e", 20_000)])[0].Features;
    }
}
