using Streaming.Contracts;
using Streaming.Features.Definitions;

namespace Streaming.Features.Tests.Support;

/// <summary>Random feature sets and logs with everything that happens to devices: disorder, repeats, late data, silence, clocks, lag of a source.</summary>
internal static class RandomWorld
{
    private static readonly string[] Metrics = ["a", "b", "c", "unused"];
    private static readonly Aggregate[] Aggregates = Enum.GetValues<Aggregate>();

    public static List<FeatureSetDefinition> Sets(Random random, bool bounded = true) =>
        [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => Set(random, i, bounded))];

    public static FeatureSetDefinition Set(Random random, int number, bool bounded)
    {
        var bucket = random.Next(5, 40);
        return new FeatureSetDefinition
        {
            Name = $"set{number / 2}",
            Version = 1 + (number % 2),
            Bucket = bucket,
            Align = random.Next(0, bucket),
            Grace = random.Pick(0, 0, 3, 15),
            IdleClose = random.Pick(0, 5, 30, 60),
            ReviseFor = random.Pick(0, 0, 10, 60, 200),
            ReviseEvery = random.Pick(0, 5, 30, 100),
            Emit = random.Pick(EmitMode.Close, EmitMode.Complete),
            Scope = random.Chance(0.9) ? Scope.Entity : Scope.Group,
            From = random.Chance(0.2) ? random.Next(1000, 1200) : null,
            ExpectedReadings = random.Chance(0.3) ? random.Next(1, 6) : null,
            MaxReadingsPerBucket = bounded ? random.Pick(1, 2, 4, 10_000, 10_000) : 10_000,
            MaxOpenBuckets = bounded ? random.Pick(1, 2, 3, 1_000, 1_000) : 1_000,
            MaxEntities = bounded ? random.Pick(1, 2, 1_000, 1_000) : 1_000,
            Features = [.. Enumerable.Range(0, random.Next(1, 6)).Select(i => Feature(random, i))],
        };
    }

    public static List<Entry> Log(Random random, int length = 60, int entities = 4)
    {
        var sources = random.Next(1, 4);
        var lags = Enumerable.Range(0, sources).Select(_ => random.Pick(0, 0, 5, 50)).ToArray();
        var clock = 1000L;
        var log = new List<Entry>();
        var sequence = 0;
        while (log.Count < length)
        {
            clock += random.Chance(0.03) ? random.Next(50, 400) : random.Next(0, 8);
            var source = random.Next(sources);
            var ingest = clock - lags[source] - random.Next(0, 3);
            var earlier = log.OfType<Sensed>().ToList();
            log.Add(random.NextDouble() switch
            {
                < 0.15 => new Ticked
                {
                    Sources = sources,
                    Passed = [.. Enumerable.Range(0, sources).Where(_ => random.Chance(0.8)).Select(i => (i, clock - lags[i] - random.Next(0, 4)))],
                },
                < 0.18 => new Attributed($"e{random.Next(entities)}", ingest, random.Chance(0.5)),
                < 0.30 when earlier.Count > 0 => Repeat(random, earlier, source, ingest),
                _ => new Sensed
                {
                    Entity = random.Chance(0.1) ? $"é{random.Next(entities)}" : $"e{random.Next(entities)}",
                    Source = source,
                    Ingest = ingest,
                    Time = ingest - (random.Chance(0.2) ? random.Next(0, 150) : random.Next(-4, 12)),
                    Metrics = Values(random),
                    Device = random.Pick(null, null, "d1", "d2"),
                    Sequence = random.Chance(0.5) ? sequence++ : null,
                    Tags = random.Chance(0.1) ? [("place", random.Pick("x", "y")), ("kind", "z")] : [],
                    Group = random.Chance(0.08),
                    Copy = false,
                },
            });
            if (log[^1] is Sensed { Group: true } group && random.Chance(0.5))
            {
                log[^1] = group with { Copy = true };
            }
        }

        return log;
    }

    private static Sensed Repeat(Random random, List<Sensed> earlier, int source, long ingest)
    {
        var again = earlier[random.Chance(0.7) ? Math.Max(0, earlier.Count - 1 - random.Next(5)) : random.Next(earlier.Count)] with { Source = source, Ingest = ingest };
        return random.NextDouble() switch
        {
            // Another body under the same sequence; without one this is another reading.
            < 0.2 => again with { Metrics = Values(random) },
            // The same fields in another order.
            < 0.4 => again with { Metrics = [.. again.Metrics.Reverse()], Tags = [.. again.Tags.Reverse()] },
            < 0.5 => again with { Device = again.Device is null ? "d1" : null },
            _ => again,
        };
    }

    private static (string Name, double Value)[] Values(Random random)
    {
        var names = Metrics.Where(_ => random.Chance(0.5)).ToList();
        if (names.Count == 0)
        {
            names.Add(random.Pick(Metrics));
        }

        var values = names.ToArray();
        random.Shuffle(values);
        return [.. values.Select(name => (name, random.Next(-8, 9) / 2.0))];
    }

    private static FeatureDefinition Feature(Random random, int number) => new()
    {
        Name = $"f{number}",
        Metric = random.Pick("a", "b", "c"),
        Aggregate = random.Pick(Aggregates),
        Missing = random.Pick(MissingPolicy.None, MissingPolicy.None, new MissingPolicy(MissingPolicyKind.Nan, 0), new MissingPolicy(MissingPolicyKind.Constant, -99)),
    };
}
