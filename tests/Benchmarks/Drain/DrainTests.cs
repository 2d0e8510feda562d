using System.Globalization;
using Streaming.Benchmarks.Avro;
using Streaming.Benchmarks.Scoring;
using Streaming.Testing;

[assembly: AssemblyFixture(typeof(KafkaServer))]
[assembly: AssemblyFixture(typeof(RegistryServer))]

namespace Streaming.Benchmarks.Drain;

/// <summary>
/// What a reading costs from <c>sensor.raw</c> to its prediction, in three processes on a real broker, against a plain consumer that only counts.
/// <c>STREAMING_BENCH_READINGS</c> and <c>STREAMING_BENCH_PAIRS</c> set how much is drained how often.
/// </summary>
public sealed class DrainTests(KafkaServer kafka, RegistryServer registry)
{
    private const long DefaultReadings = 1_500_000;
    private const int DefaultPairs = 3;

    /// <summary>The most that the three services may cost together, in yardsticks.</summary>
    private const double MostYardsticks = 5;

    private const int CoreReadings = 200_000;
    private const int CoreRounds = 3;

    /// <summary>Below what one object for every hundredth reading would be; buffers that still grow are let pass.</summary>
    private const double LeastBytes = 0.25;

    [Fact]
    [Trait("Category", "Bench")]
    public async Task A_drain_costs_no_more_than_five_yardsticks_and_gives_what_the_core_computes()
    {
        var bootstrap = await kafka.StartAsync();
        var address = await registry.StartAsync();
        var work = Workload.Of(Number("STREAMING_BENCH_READINGS", DefaultReadings));
        var expected = CoreRun.Of(work).ToString();
        var pairs = new List<Pair>();
        double? yardstick = null;
        for (var round = 0; round < Number("STREAMING_BENCH_PAIRS", DefaultPairs); round++)
        {
            await using var drain = new DrainRun(bootstrap, address, kafka.ProcessId, work);
            await drain.PrepareAsync();
            var chain = await drain.MeasureAsync();
            await drain.StopAsync();

            // The one and the other in turns first, so that what drifts meets both: every second pair has its yardstick from just before.
            pairs.Add(new Pair(chain, yardstick ?? await drain.YardstickAsync()));
            yardstick = yardstick is null ? await drain.YardstickAsync() : null;
            Assert.Equal(expected, drain.Read().ToString());
        }

        DrainReport.Write(work, pairs, expected);
        Assert.InRange(DrainReport.Median(pairs.Select(pair => pair.Ratio)), 0, MostYardsticks);
    }

    [Fact]
    public void Nothing_is_allocated_for_a_reading_once_the_filters_are_warm() =>
        Assert.InRange(CoreRun.Measure(Workload.Of(CoreReadings)).Bytes, 0, LeastBytes);

    [Fact]
    [Trait("Category", "Bench")]
    public void The_filters_are_measured_without_Kafka()
    {
        var runs = Enumerable.Range(0, CoreRounds).Select(_ => CoreRun.Measure(Workload.Of(CoreReadings * 4))).ToArray();
        CoreReport.Write(runs);
        Assert.InRange(runs.Max(run => run.Bytes), 0, LeastBytes);
    }

    [Fact]
    [Trait("Category", "Bench")]
    public void The_codec_keeps_its_bounds() => Assert.True(AvroBenchmark.Run());

    [Fact]
    [Trait("Category", "Bench")]
    public void Scoring_keeps_its_bounds() => Assert.True(ScoringBenchmark.Run());

    private static long Number(string variable, long otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
