using System.Text;
using Streaming.Contracts;
using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Features.Replay;
using Streaming.Features.Tests.Support;
using Streaming.Pipes;

namespace Streaming.Features.Tests.Laws;

/// <summary>A replay gives what live work gave, to the byte, wherever it begins, is cut or interrupted.</summary>
public sealed class ReplayLaws
{
    private const int SchemaId = 11;
    private const int Partition = 3;
    private const int Partitions = 8;

    // Of the random world: event times are at most 11 ahead, sources report out of order by at most 4.
    internal const long Skew = 12;
    internal const long Margin = 10;

    [Fact]
    public void Rule_20_a_replay_that_begins_far_enough_back_gives_the_bytes_that_were_served()
    {
        var (later, vectors) = (0, 0);
        Cases.Check(1500, random =>
        {
            var sets = Bounded(random);
            var log = RandomWorld.Log(random, sets, length: 150);
            var from = random.Next(1000, 1500);
            var choice = new VectorChoice(from, from + random.Next(10, 600));
            var start = StartOf(log, WarmUp.Of(sets, Skew, Margin).NeededFrom(from));
            later += start > 0 ? 1 : 0;

            var replayed = Replay(random, sets, choice, log, start);
            var served = Served(sets, log, choice);
            vectors += start > 0 ? served.Count : 0;
            Assert.Equal(served, replayed.Select(Text));
        });
        Assert.True(later > 300 && vectors > 300, $"Only {later} cases began later, with {vectors} vectors: too few to show anything.");
    }

    [Fact]
    public void Rule_20_what_looks_back_without_a_limit_needs_the_logs_start()
    {
        FeatureSetDefinition Of(FeatureDefinition feature, LagDefinition? lags = null) => Some.Set() with { Features = [feature], Lags = lags };
        var group = new FeatureDefinition { Name = "g", Source = FeatureSource.GroupMetric, Metric = "a" };
        var count = Some.Feature(Aggregate.Count);
        Assert.All(
            (FeatureSetDefinition[])[Of(Some.Feature(Aggregate.SecondsSinceLast)), Of(Some.Feature(Aggregate.Increase)), Of(group), Of(count, new LagDefinition { Count = 2, Of = [count.Name], OnlyPresent = true })],
            set =>
            {
                var warmUp = WarmUp.Of([Of(count), set], Skew);
                Assert.Contains("s:1 ", Assert.Single(warmUp.Unbounded), StringComparison.Ordinal);
                Assert.Null(warmUp.NeededFrom(1_000_000));
                Assert.Null(warmUp.ExactFrom(0));
            });

        var bounded = WarmUp.Of([Of(count with { Over = 50 }, new LagDefinition { Count = 2, Of = [count.Name] }), Of(group with { MaxAge = 7 })], Skew, Margin);
        Assert.Empty(bounded.Unbounded);
        Assert.Equal(1000 - (10 + 50 + 20 + Skew + Margin), bounded.NeededFrom(1000));
        Assert.Equal(1000, bounded.ExactFrom(1000 - (10 + 50 + 20 + Skew + Margin)));
        Assert.Equal(long.MinValue, bounded.NeededFrom(long.MinValue));
    }

    [Fact]
    public void A_replay_that_is_interrupted_anywhere_goes_on_without_a_vector_twice_or_lost()
    {
        Cases.Check(600, random =>
        {
            var (sets, log) = (RandomWorld.Sets(random), RandomWorld.Log(random));
            var choice = new VectorChoice(long.MinValue, long.MaxValue);
            var written = new List<ReplayedVector>();
            var next = 0L;
            while (next < log.Count)
            {
                // A new process each time: everything again from the start, and what was written before left out.
                var until = Math.Min(log.Count, next + random.Next(1, 40));
                written.AddRange(Replay(random, sets, choice, log.Take((int)until).ToList(), 0).Where(vector => vector.Cause >= next));
                next = until;
            }

            Assert.Equal(Served(sets, log, choice), written.Select(Text));
        });
    }

    [Fact]
    public void However_many_partitions_a_worker_has_in_whatever_order_each_gives_what_it_gives_alone()
    {
        Cases.Check(500, random =>
        {
            var sets = RandomWorld.Sets(random);
            var logs = Enumerable.Range(0, 3).Select(_ => RandomWorld.Log(random)).ToArray();
            var choice = new VectorChoice(long.MinValue, long.MaxValue);
            var together = Interleaved(random, sets, logs);
            foreach (var (partition, log) in logs.Index())
            {
                Assert.Equal(Replay(random, sets, choice, log, 0, partition).Select(Text), together[partition]);
            }
        });
    }

    [Fact]
    public void Entities_that_are_named_give_what_they_give_among_all()
    {
        Cases.Check(500, random =>
        {
            var (sets, log) = (RandomWorld.Sets(random), RandomWorld.Log(random));
            var all = Replay(random, sets, new VectorChoice(1000, 1400), log, 0);
            var named = new HashSet<string> { "e0", "é1" };
            var some = Replay(random, sets, new VectorChoice(1000, 1400, named), log, 0);
            Assert.Equal(all.Where(vector => named.Contains(Encoding.UTF8.GetString(vector.Key))).Select(Text), some.Select(Text));
        });

        var choice = new VectorChoice(0, 1, new HashSet<string> { "e0", "é1" });
        Assert.Equal([.. new[] { "e0", "é1" }.Select(entity => Murmur2.Partition(Encoding.UTF8.GetBytes(entity), 8)).Distinct().Order()], choice.Partitions(8));
        Assert.Equal([0, 1, 2], (choice with { Entities = null }).Partitions(3));
    }

    [Fact]
    public void Rule_13_a_version_beside_an_older_one_leaves_every_byte_of_it_also_when_it_is_added_at_a_restart()
    {
        var both = 0;
        Cases.Check(600, random =>
        {
            var log = RandomWorld.Log(random, length: 120);
            var old = RandomWorld.Set(random, 0, bounded: true);
            var next = RandomWorld.Set(random, 0, bounded: true) with { Version = 2, From = random.Next(1000, 1400) };
            var alone = new AssemblyHost([old], log).RunToEnd();
            var beside = new AssemblyHost([old, next], log).RunToEnd();
            Assert.Equal(Of(alone, 1), Of(beside, 1));

            var added = new AssemblyHost([old], log);
            added.Step(random.Next(1, 60), checkpoint: random.Chance(0.5));
            added.Restart(sets: [old, next]);
            while (!added.AtEnd)
            {
                added.Step(Math.Min(random.Next(1, 12), 120 - added.Position), checkpoint: random.Chance(0.3));
                if (random.Chance(0.3))
                {
                    added.Restart();
                }
            }

            Assert.Equal(Of(alone, 1), Of(added.Output, 1));
            Assert.All(Of(added.Output, 2).Where(given => given.Topic == 0), given => Assert.True(given.Vector().BucketStart >= next.From));
            both += Of(alone, 1).Any() && Of(added.Output, 2).Any() ? 1 : 0;
        });
        Assert.True(both > 150, $"Only {both} cases had vectors of both versions.");

        static IEnumerable<Given> Of(IEnumerable<Given> given, int version) =>
            given.Where(one => one.Topic switch { 0 => one.Vector().FeatureSetVersion == version, 1 => one.Header("feature_set") == $"set0:{version}", _ => one.Said().FeatureSetVersion == version });
    }

    [Fact]
    public void Rule_13_a_version_that_is_added_before_its_from_gives_what_a_replay_from_the_logs_start_gives()
    {
        var vectors = 0;
        Cases.Check(600, random =>
        {
            var log = RandomWorld.Log(random, length: 150);
            var old = Bounded(random)[0];
            var added = log.FindIndex(entry => entry is Sensed { Ingest: > 1080 });
            if (added < 0)
            {
                return;
            }

            // No device's clock is beyond the start when the version is added, and groups' readings that it joins were joined before.
            var next = old with { Version = 2, From = Latest(log.Take(added)) + Skew + 60 };
            var host = new AssemblyHost([old], log);
            host.Step(added, checkpoint: true);
            host.Restart(sets: [old, next]);
            host.RunToEnd();
            var served = host.Output.Where(given => given.Topic == 0 && given.Vector().FeatureSetVersion == 2).Select(given => given.Value).ToList();
            Assert.Equal(served, Replay(random, [next], new VectorChoice(long.MinValue, long.MaxValue), log, 0).Select(Text));
            vectors += served.Count;
        });
        Assert.True(vectors > 300, $"Only {vectors} vectors.");
    }

    [Fact]
    public void A_backfill_makes_the_buckets_before_a_versions_from_under_the_same_content()
    {
        Cases.Check(500, random =>
        {
            var log = RandomWorld.Log(random);
            var set = RandomWorld.Set(random, 0, bounded: true) with { From = 1200 };
            var backfill = set with { IgnoresFrom = true };
            Assert.Equal(set.Hash, backfill.Hash);
            var everything = new VectorChoice(long.MinValue, long.MaxValue);
            var given = Replay(random, [backfill], everything, log, 0).ConvertAll(vector => vector.Read());
            var always = Replay(random, [set with { From = null }], everything, log, 0).ConvertAll(vector => vector.Read());
            Assert.Equal(always.Select(Contents), given.Select(Contents));
            Assert.All(given, vector => Assert.Equal(set.Hash, vector.FeatureSetHash));
        });

        static string Contents(FeatureVector vector) =>
            $"{vector.EntityId} {vector.BucketStart} {vector.Revision} {vector.CloseReason} {vector.FirstOffset}-{vector.LastOffset} {string.Join(' ', vector.Features.Select(BitConverter.DoubleToInt64Bits))}";
    }

    /// <summary>Sets that mostly need not look back to the log's start, in which nothing is evicted.</summary>
    private static List<FeatureSetDefinition> Bounded(Random random)
    {
        var sets = RandomWorld.Sets(random, bounded: false);
        for (var attempt = 0; attempt < 60 && WarmUp.Of(sets, Skew, Margin).Unbounded.Count > 0; attempt++)
        {
            sets = RandomWorld.Sets(random, bounded: false);
        }

        return sets;
    }

    /// <summary>The place in the log that had been appended at a time; nothing is appended before it was ingested.</summary>
    internal static int StartOf(List<Entry> log, long? time)
    {
        var appended = long.MinValue;
        for (var i = 0; i < log.Count && time is not null; i++)
        {
            appended = Math.Max(appended, Latest([log[i]]));
            if (appended >= time)
            {
                // Before the first tick there is no log time, and its place in a real log is its first second.
                return log.Take(i).OfType<Ticked>().Any() ? i : 0;
            }
        }

        return time is null ? 0 : log.Count;
    }

    internal static long Latest(IEnumerable<Entry> log) => log.Select(entry => entry switch
    {
        Sensed sensed => sensed.Ingest,
        Ticked ticked => ticked.Passed.Select(passed => passed.Until).DefaultIfEmpty(long.MinValue).Max(),
        Attributed attributed => attributed.Ingest,
        Said said => said.Ingest,
        _ => long.MinValue,
    }).DefaultIfEmpty(long.MinValue).Max();

    private static List<string> Served(IReadOnlyList<FeatureSetDefinition> sets, List<Entry> log, VectorChoice choice) =>
        [.. AssemblyHost.Run(sets, log).Where(given => given.Topic == 0 && choice.Takes(given.Vector())).Select(given => given.Value)];

    private static string Text(ReplayedVector vector) => Convert.ToHexString(vector.Value);

    private static List<ReplayedVector> Replay(Random random, IReadOnlyList<FeatureSetDefinition> sets, VectorChoice choice, List<Entry> log, int start, int partition = Partition)
    {
        var sources = log.OfType<Ticked>().Select(tick => tick.Sources).DefaultIfEmpty(1).Max();
        var replay = new PartitionReplay(sets, choice, partition, Partitions, SchemaId);
        if (start > 0)
        {
            replay.Begin(start, WarmUp.NeedsAttributes(sets) ? log.Take(start).OfType<Attributed>().Select(Record) : [], sources);
        }

        var (batch, given) = (new RecordBatch(), new List<ReplayedVector>());
        for (var next = start; next < log.Count; next += batch.Count)
        {
            Fill(batch, partition, log, next, random.Next(1, 30));
            given.AddRange(replay.Take(batch));
        }

        return given;
    }

    internal static EntityAttributes Record(Attributed said) => new()
    {
        EntityId = said.Entity,
        ValidFrom = said.From,
        Scope = said.OfGroup ? Scope.Group : Scope.Entity,
        GroupId = said.Group,
        IngestTime = said.Ingest,
        Attributes = said.Values,
    };

    private static void Fill(RecordBatch batch, int partition, List<Entry> log, int from, int most)
    {
        batch.Start(0, partition);
        for (var i = from; i < Math.Min(log.Count, from + most); i++)
        {
            var (key, value) = LogBytes.Of(log[i]);
            batch.Add(i, -1, key, key is not null, value, hasValue: true);
        }
    }

    private static List<string>[] Interleaved(Random random, List<FeatureSetDefinition> sets, List<Entry>[] logs)
    {
        var filter = new FeatureAssembler(sets);
        filter.Start(new FilterTopics([], [.. Enumerable.Range(0, 3).Select(i => new TopicShape("t", Partitions, i == 0 ? SchemaId : 0))]));
        var (batch, output, next) = (new RecordBatch(), new OutputBatch(), new int[logs.Length]);
        var given = logs.Select(_ => new List<string>()).ToArray();
        foreach (var (partition, _) in logs.Index())
        {
            filter.Open(partition);
        }

        while (logs.Index().Where(log => next[log.Index] < log.Item.Count).Select(log => log.Index).ToArray() is { Length: > 0 } open)
        {
            var partition = random.Pick(open);
            Fill(batch, partition, logs[partition], next[partition], random.Next(1, 25));
            next[partition] += batch.Count;
            output.Clear();
            filter.Process(batch, output);
            filter.Commit();
            for (var i = 0; i < output.Count; i++)
            {
                if (output[i].Topic == 0)
                {
                    given[partition].Add(Convert.ToHexString(output[i].Record.Value));
                }
            }
        }

        return given;
    }
}
