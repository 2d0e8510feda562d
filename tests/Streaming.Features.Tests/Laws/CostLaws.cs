using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;
using Streaming.Pipes;

namespace Streaming.Features.Tests.Laws;

public sealed class CostLaws
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_reading_allocates_nothing_once_the_state_has_grown(bool hasSequence)
    {
        string[] metrics = ["temperature", "humidity", "light", "co2", "activity"];
        var set = Some.Set() with
        {
            Bucket = 600,
            ReviseFor = 2000,
            Features = [.. metrics.SelectMany(metric => Enum.GetValues<Aggregate>().Select(aggregate => Some.Feature(aggregate, metric)))],
        };
        var filter = new FeatureAssembler([set]);
        filter.Start(new FilterTopics([new TopicShape("in", 1, 0)], [new TopicShape("v", 1, 1), new TopicShape("l", 1, 2), new TopicShape("s", 1, 3)]));
        filter.Open(0);
        var output = new OutputBatch();
        var batch = new RecordBatch();
        var rounds = Enumerable.Range(0, 200).Select(Fill).ToArray();
        foreach (var round in rounds.Take(180))
        {
            Step(round);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 180; round < rounds.Length; round++)
        {
            Step(rounds[round]);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(filter.Counters(0)[0].Counters.Vectors > 1000);

        void Step((long Offset, byte[]? Key, byte[] Value)[] records)
        {
            batch.Start(0, 0);
            foreach (var (offset, key, value) in records)
            {
                batch.Add(offset, -1, key, key is not null, value, hasValue: true);
            }

            output.Clear();
            filter.Process(batch, output);
            filter.Commit();
        }

        (long, byte[]?, byte[])[] Fill(int round)
        {
            var random = new Random(round);
            var records = new (long, byte[]?, byte[])[500];
            for (var i = 0; i < records.Length; i++)
            {
                var now = (round * records.Length) + i;
                var (key, value) = LogBytes.Of(i % 100 == 0
                    ? Some.Tick(now)
                    : new Sensed
                    {
                        Entity = $"entity-{i % 200}",
                        Time = now - random.Next(0, 50) - (random.Chance(0.02) ? 900 : 0),
                        Ingest = now,
                        Metrics = [.. metrics.Select(metric => (metric, random.NextDouble()))],
                        Device = "d",
                        Sequence = hasSequence ? now : null,
                        Tags = [("place", "x")],
                    });
                records[i] = (now, key, value);
            }

            return records;
        }
    }

    [Fact]
    public void The_cost_of_a_tick_does_not_grow_with_entities_that_are_quiet()
    {
        // Deadlines stand in order: a tick that passes none looks at none.
        var readings = Enumerable.Range(0, 20_000).Select(i => (Entry)Some.Reading($"e{i}", 1000 + (i % 7))).Prepend(Some.Tick(1000)).ToList();
        var host = new AssemblyHost([Some.Set() with { IdleClose = 1_000_000 }], [.. readings, .. Enumerable.Range(0, 10_000).Select(i => Some.Tick(1010 + i))]);
        host.Step(readings.Count);
        var quickest = TimeSpan.MaxValue;
        for (var part = 0; part < 50; part++)
        {
            var clock = System.Diagnostics.Stopwatch.StartNew();
            host.Step(200);
            quickest = clock.Elapsed < quickest ? clock.Elapsed : quickest;
        }

        // A scan would be four million looks at an entity in each part; the quickest counts, since whatever else the machine does only adds to it.
        Assert.True(quickest < TimeSpan.FromMilliseconds(5), $"200 ticks take {quickest.TotalMilliseconds} ms");
        Assert.Empty(host.Output);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6000)]
    public void The_memory_that_a_set_is_said_to_take_is_what_it_takes(long reviseFor)
    {
        var set = Some.Set() with
        {
            Bucket = 1000,
            ReviseFor = reviseFor,
            Features = [.. Enum.GetValues<Aggregate>().Select(aggregate => Some.Feature(aggregate)), Some.Feature(Aggregate.Sum, "b") with { Over = 5000 }],
            Lags = new LagDefinition { Count = 3, Of = ["a_mean"] },
        };
        const int entities = 1_500;
        var host = new AssemblyHost([set], Enumerable.Range(0, 12 * 14).SelectMany(i => Enumerable.Range(0, entities).Select(entity =>
            (Entry)new Sensed { Entity = $"e{entity}", Time = (i * 72) + 5, Ingest = i * 72, Metrics = [("a", i), ("b", 1)], Sequence = i, Device = "d" })));
        host.RunToEnd(batch: entities);
        var measured = (double)host.Filter.StateBytes(3) / entities;
        var said = FeatureSetDescription.Of(set).EstimateBytes(readingsPerBucket: 14);
        Assert.True(measured > said * 0.7 && measured < said * 1.5, $"measured {measured:F0} bytes an entity, said {said:F0}");
    }
}
