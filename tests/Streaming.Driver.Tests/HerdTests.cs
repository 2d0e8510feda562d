using Streaming.Contracts;
using Streaming.Driver;
using Streaming.Features.Definitions;
using Streaming.Yaml;
using Xunit;

namespace Herd.Tests;

public sealed class HerdTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_cow_that_falls_silent_has_her_vector_after_five_minutes()
    {
        var problems = new YamlProblems("herd.yaml");
        var set = FeatureSetFile.Parse("""
            name: herd
            version: 1
            bucket: 10m
            idleClose: 5m
            reviseFor: 1h
            features:
              - { name: temperature, metric: temperature, aggregate: mean }
              - { name: feverish, value: temperature > 39.5 }
            """, problems);
        Assert.Empty(problems.Items);
        using var chain = new PipelineDriver(new PipelineDriverOptions { FeatureSets = [set!], Start = Noon });

        chain.Send(Measured(Noon, 39.0));
        chain.Advance(TimeSpan.FromMinutes(4));
        chain.Send(Measured(Noon.AddMinutes(4), 40.5));
        chain.Advance(TimeSpan.FromMinutes(5.9));
        Assert.Empty(chain.TakeVectors());

        chain.Advance(TimeSpan.FromMinutes(0.1));
        var vector = Assert.Single(chain.TakeVectors());
        Assert.Equal((CloseReason.Idle, 0, 2), (vector.CloseReason, vector.Revision, vector.ReadingCount));
        Assert.Equal([39.75, 1], vector.Features);

        // A reading that was held up on its way revises the vector, a minute after it came.
        chain.Send(Measured(Noon.AddMinutes(2), 36.0));
        chain.Advance(TimeSpan.FromMinutes(1));
        var revised = Assert.Single(chain.TakeVectors());
        Assert.Equal((CloseReason.Revision, 1, 1), (revised.CloseReason, revised.Revision, revised.LateCount));
        Assert.Equal([38.5, 0], revised.Features);
    }

    private static SensorReading Measured(DateTimeOffset time, double temperature) => new()
    {
        EntityId = "cow-1",
        EventTime = time.ToUnixTimeMilliseconds(),
        Metrics = new Dictionary<string, double> { ["temperature"] = temperature },
    };
}
