namespace Streaming.Telemetry.Tests;

public sealed class TraceSamplingTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(0.1)]
    [InlineData(0.001)]
    public void One_of_each_stretch_of_offsets_is_chosen_wherever_the_look_begins(double ratio)
    {
        var sampling = Of(ratio);
        var chosen = Chosen(sampling, partition: 3, from: 0, to: 100 * sampling.Every);

        Assert.Equal(Enumerable.Range(0, 100), chosen.Select(offset => (int)(offset / sampling.Every)));
        foreach (var from in new[] { 1, sampling.Every / 2, 7 * sampling.Every + 3, 42 * sampling.Every })
        {
            Assert.Equal(chosen.Where(offset => offset >= from), Chosen(sampling, 3, from, 100 * sampling.Every));
        }
    }

    [Fact]
    public void Devices_that_take_turns_are_all_chosen_in_time()
    {
        var turns = Chosen(Of(0.01), partition: 0, from: 0, to: 100_000).GroupBy(offset => offset % 100).ToArray();

        Assert.InRange(turns.Length, 90, 100);
        Assert.All(turns, turn => Assert.InRange(turn.Count(), 1, 40)); // ten each on average
    }

    [Fact]
    public void Nothing_is_chosen_where_the_ratio_is_0() => Assert.Equal(long.MaxValue, Of(0).Next(0, 0));

    [Fact]
    public void So_many_pass_in_a_second_and_no_more()
    {
        var time = new ManualTime();
        var perSecond = new PerSecond(2, time);

        Assert.Equal([true, true, false], new[] { perSecond.TryTake(), perSecond.TryTake(), perSecond.TryTake() });
        time.Now = 999;
        Assert.False(perSecond.TryTake());
        time.Now = 1000;
        Assert.True(perSecond.TryTake());
        Assert.False(new PerSecond(0, time).TryTake());
    }

    private static TraceSampling Of(double ratio) => new(ratio, HonourParents: true, OwnPerSecond: 1, ParentsPerSecond: 1);

    private static List<long> Chosen(TraceSampling sampling, int partition, long from, long to)
    {
        var chosen = new List<long>();
        for (var offset = sampling.Next(partition, from); offset < to; offset = sampling.Next(partition, offset + 1))
        {
            chosen.Add(offset);
        }

        return chosen;
    }

    private sealed class ManualTime : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Now;
    }
}
