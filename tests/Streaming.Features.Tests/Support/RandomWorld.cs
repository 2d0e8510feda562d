using Streaming.Contracts;
using Streaming.Features.Definitions;

namespace Streaming.Features.Tests.Support;

/// <summary>Random feature sets and logs with everything that happens to devices: disorder, repeats, late data, silence, clocks, lag of a source.</summary>
internal static class RandomWorld
{
    private static readonly string[] Metrics = ["a", "b", "c", "d", "e", "unused"];

    private static readonly Aggregate[] Simple = [Aggregate.Sum, Aggregate.Mean, Aggregate.Min, Aggregate.Max, Aggregate.Last, Aggregate.Stddev, Aggregate.Count, Aggregate.Range];
    private static readonly Aggregate[] Aggregates = Enum.GetValues<Aggregate>();

    public static List<FeatureSetDefinition> Sets(Random random, bool bounded = true) =>
        [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => Set(random, i, bounded))];

    public static FeatureSetDefinition Set(Random random, int number, bool bounded)
    {
        var bucket = random.Next(5, 40);
        var scope = random.Chance(0.9) ? Scope.Entity : Scope.Group;
        var set = new FeatureSetDefinition
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
            Scope = scope,
            From = random.Chance(0.2) ? random.Next(1000, 1200) : null,
            ExpectedReadings = random.Chance(0.3) ? random.Next(1, 6) : null,
            MaxReadingsPerBucket = bounded ? random.Pick(1, 2, 4, 10_000, 10_000) : 10_000,
            MaxOpenBuckets = bounded ? random.Pick(1, 2, 3, 1_000, 1_000) : 1_000,
            MaxEntities = bounded ? random.Pick(1, 2, 1_000, 1_000) : 1_000,
            Where = random.Chance(0.1) ? random.Pick(Formulas.Choices).Text : "",
            Features = Features(random, bucket, scope),
        };
        return random.Chance(0.25) ? set with { Lags = Lags(random, set) } : set;
    }

    /// <summary>Whether a set's choice of readings takes one.</summary>
    public static bool IsChosen(FeatureSetDefinition set, Sensed sensed) =>
        set.Where.Length == 0 || Formulas.Choices.Single(choice => choice.Text == set.Where).Meaning(sensed.Metrics.ToDictionary(metric => metric.Name, metric => metric.Value));

    /// <summary>What an expression means.</summary>
    public static (string Text, Func<double, double, double> Meaning) FormulaOf(FeatureDefinition feature) => Formulas.All[int.Parse(feature.Description)];

    /// <summary>The two features that an expression is over.</summary>
    public static string[] NamesIn(FeatureDefinition feature) => feature.Unit.Split(' ');

    private static LagDefinition Lags(Random random, FeatureSetDefinition set)
    {
        var names = set.Features.Select(feature => feature.Name).ToArray();
        random.Shuffle(names);
        return new LagDefinition { Count = random.Next(1, 5), Of = [.. names.Take(random.Next(1, 3))], OnlyPresent = random.Chance(0.5), WithCurrent = random.Chance(0.5) };
    }

    private static List<FeatureDefinition> Features(Random random, long bucket, Scope scope)
    {
        var features = new List<FeatureDefinition> { OfMetric(random, 0, bucket) };
        for (var i = random.Next(0, 5); i > 0; i--)
        {
            features.Add(random.NextDouble() switch
            {
                < 0.15 => Expression(random, features),
                < 0.30 => Joined(random, features.Count),
                < 0.40 when scope == Scope.Entity => OverGroup(random, features),
                _ => OfMetric(random, features.Count, bucket),
            });
        }

        if (random.Chance(0.3))
        {
            features.AddRange(Alike(random, features.Count));
        }

        return features;
    }

    /// <summary>The same of each of several metrics, which are then taken in together.</summary>
    private static IEnumerable<FeatureDefinition> Alike(Random random, int number)
    {
        var aggregates = Simple.Where(_ => random.Chance(0.5)).ToArray();
        return Metrics[..^1].SelectMany(metric => aggregates, (metric, aggregate) => new FeatureDefinition { Name = $"f{number++}", Metric = metric, Aggregate = aggregate, Missing = Policy(random) });
    }

    private static FeatureDefinition Expression(Random random, List<FeatureDefinition> before)
    {
        var formula = random.Next(Formulas.All.Length);
        string[] names = [before[random.Next(before.Count)].Name, before[random.Next(before.Count)].Name];
        return new FeatureDefinition
        {
            Name = $"f{before.Count}",
            Source = FeatureSource.Expression,
            Expression = string.Format(System.Globalization.CultureInfo.InvariantCulture, Formulas.All[formula].Text, names[0], names[1]),
            Description = $"{formula}",
            Unit = string.Join(' ', names),
            Missing = Policy(random),
        };
    }

    private static FeatureDefinition Joined(Random random, int number)
    {
        var source = random.Pick(FeatureSource.Attribute, FeatureSource.GroupAttribute, FeatureSource.GroupMetric);
        return new FeatureDefinition
        {
            Name = $"f{number}",
            Source = source,
            Attribute = source == FeatureSource.GroupMetric ? "" : random.Pick("p", "q"),
            Metric = source == FeatureSource.GroupMetric ? random.Pick("a", "b") : "",
            MaxAge = source == FeatureSource.GroupMetric ? random.Pick<long?>(null, 50, 200) : null,
            Missing = Policy(random),
        };
    }

    private static FeatureDefinition OverGroup(Random random, List<FeatureDefinition> before) => new()
    {
        Name = $"f{before.Count}",
        Source = FeatureSource.GroupAggregate,
        Feature = random.Pick([.. before.Where(feature => feature.Source == FeatureSource.Metric).Select(feature => feature.Name)]),
        Aggregate = random.Pick(Aggregate.Count, Aggregate.Sum, Aggregate.Mean, Aggregate.Min, Aggregate.Max, Aggregate.Range, Aggregate.Stddev),
        MaxAge = random.Pick<long?>(null, 30, 200),
        Missing = Policy(random),
    };

    private static MissingPolicy Policy(Random random) => random.Pick(
        MissingPolicy.None, MissingPolicy.None, MissingPolicy.None, new MissingPolicy(MissingPolicyKind.Nan, 0), new MissingPolicy(MissingPolicyKind.Constant, -99),
        new MissingPolicy(MissingPolicyKind.Last, 0, random.Next(10, 200)), new MissingPolicy(MissingPolicyKind.Skip, 0));

    /// <summary>A log.</summary>
    /// <param name="random">Decides.</param>
    /// <param name="sets">Those of which members of groups say something; none where left out.</param>
    /// <param name="length">How many records.</param>
    /// <param name="entities">How many entities.</param>
    public static List<Entry> Log(Random random, IReadOnlyList<FeatureSetDefinition>? sets = null, int length = 60, int entities = 4)
    {
        var sources = random.Next(1, 4);
        var lags = Enumerable.Range(0, sources).Select(_ => random.Pick(0, 0, 5, 50)).ToArray();
        var clock = 1000L;
        var log = new List<Entry>();
        var sequence = 0;
        var shared = (sets ?? []).Where(set => set.Features.Any(feature => feature.Source == FeatureSource.GroupAggregate)).ToList();
        log.AddRange(Enumerable.Range(0, shared.Count > 0 ? entities : 0).Where(_ => random.Chance(0.8)).Select(i => new Attributed($"e{i}", clock) { From = 900, Group = $"g{random.Next(2)}" }));
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
                < 0.20 => Attributes(random, entities, ingest),
                < 0.34 when shared.Count > 0 => Say(random, shared, entities, ingest),
                < 0.42 when earlier.Count > 0 => Repeat(random, earlier, source, ingest),
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
            if (log[^1] is Sensed { Group: true } group)
            {
                log[^1] = group with { Copy = random.Chance(0.5), Entity = random.Chance(0.7) ? $"g{random.Next(2)}" : group.Entity };
            }
        }

        return log;
    }

    private static Said Say(Random random, List<FeatureSetDefinition> sets, int entities, long ingest)
    {
        var set = sets[random.Next(sets.Count)];
        var time = ingest - random.Next(0, (int)(3 * set.Bucket)) - set.Align;
        return new Said(
            random.Chance(0.95) ? set.Hash : "another", random.Chance(0.6) ? $"e{random.Next(entities)}" : $"m{random.Next(2)}", random.Pick("g0", "g0", "g1", "g1", ""),
            time - (time % set.Bucket) + set.Align, random.Next(0, 5), ingest)
        {
            Values = [.. set.Features.Where(feature => feature.Source == FeatureSource.GroupAggregate).Select(feature => feature.Feature).Distinct()
                .Where(_ => random.Chance(0.8)).Select(name => (name, random.Next(-8, 9) / 2.0))],
        };
    }

    private static Attributed Attributes(Random random, int entities, long ingest)
    {
        var isOfGroup = random.Chance(0.3);
        return new Attributed(isOfGroup ? $"g{random.Next(2)}" : $"e{random.Next(entities)}", ingest, isOfGroup && random.Chance(0.5))
        {
            OfGroup = isOfGroup,
            From = ingest - random.Pick(0, 10, 60, 150, -20),
            Group = isOfGroup ? null : random.Pick(null, "", "g0", "g0", "g1", "g1"),
            Values = random.Pick("", "p", "q", "pq").ToDictionary(letter => $"{letter}", _ => random.Chance(0.1) ? double.NaN : random.Next(0, 4)),
        };
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
        var share = random.Chance(0.3) ? 0.95 : 0.5;
        var names = Metrics.Where(_ => random.Chance(share)).ToList();
        if (names.Count == 0)
        {
            names.Add(random.Pick(Metrics));
        }

        var values = names.ToArray();
        random.Shuffle(values);
        return [.. values.Select(name => (name, random.Next(-8, 9) / 2.0))];
    }

    private static FeatureDefinition OfMetric(Random random, int number, long bucket)
    {
        var aggregate = random.Pick(Aggregates);
        return new FeatureDefinition
        {
            Name = $"f{number}",
            Metric = random.Pick("a", "b", "c"),
            Aggregate = aggregate,
            Above = aggregate == Aggregate.TimeAbove ? random.Pick(-1, 0, 1.5) : 0,
            Over = aggregate != Aggregate.SecondsSinceLast && random.Chance(0.25) ? bucket * random.Next(2, 5) : null,
            Missing = Policy(random),
        };
    }
}
