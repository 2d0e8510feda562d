using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Features.Replay;
using Streaming.Features.Tests.Reference;
using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Laws;

/// <summary>Partitions that are replayed side by side, so that what members say to their groups goes round though the log lacks it.</summary>
public sealed class GroupReplayLaws
{
    private const int SchemaId = 11;
    private static readonly VectorChoice Everything = new(long.MinValue, long.MaxValue);

    [Fact]
    public void Rule_6_what_members_would_have_said_is_what_a_naive_search_for_it_finds()
    {
        var (aggregates, answers) = (0, 0);
        Cases.Check(320, random =>
        {
            var (sets, logs) = World(random);
            var computed = sets.Where(_ => random.Chance(0.8)).ToList();
            var expected = NaiveGroups.Run(sets, computed.Select(set => set.Hash).ToHashSet(), logs);
            var given = Replay(random, sets, computed, Everything, logs).ToLookup(vector => vector.Read().InputPartition);
            foreach (var (partition, vectors) in expected.Select(outputs => outputs.Where(output => output is { IsLate: false, Said: null }).ToList()).Index())
            {
                foreach (var (wanted, came) in vectors.Zip(given[partition]))
                {
                    wanted.AssertIs(new Given(0, "", Convert.ToHexString(came.Value), ""));
                }

                Assert.Equal(vectors.Count, given[partition].Count());
                aggregates += vectors.Count(vector => sets.Single(set => set.Id == vector.Set) is var set && set.Features.Index().Any(feature => feature.Item.Source == FeatureSource.GroupAggregate && !vector.Missing.Contains(feature.Index)));
            }

            answers += Alone(sets, logs).Count == given.Sum(partition => partition.Count()) ? 0 : 1;
        });
        Assert.True(aggregates > 2000 && answers > 60, $"{aggregates} vectors had aggregates over groups, and in {answers} cases words made vectors leave: too few to show anything.");
    }

    [Fact]
    public void However_it_is_read_and_wherever_it_is_interrupted_the_same_log_gives_the_same_bytes()
    {
        Cases.Check(150, random =>
        {
            var (sets, logs) = World(random);
            var whole = Replay(null, sets, sets, Everything, logs);
            Assert.Equal(whole.Select(vector => vector.Cause).Order(), whole.Select(vector => vector.Cause));

            var (written, next) = (new List<ReplayedVector>(), long.MinValue);
            while (next < long.MaxValue)
            {
                // A new process each time, which ends somewhere: everything again from the start, and what was written before left out.
                var reads = random.Next(1, 60);
                written.AddRange(Replay(random, sets, sets, Everything, logs, () => reads-- > 0, at => next = at, next));
            }

            Assert.Equal(whole.Select(Text), written.Select(Text));
        });
    }

    [Fact]
    public void Sets_whose_words_the_log_has_give_what_each_partition_gives_alone()
    {
        Cases.Check(150, random =>
        {
            var (sets, logs) = World(random);
            Assert.Equal(Alone(sets, logs), Replay(random, sets, [], Everything, logs).ToLookup(vector => vector.Read().InputPartition).OrderBy(partition => partition.Key).SelectMany(partition => partition).Select(Text));
        });
    }

    [Fact]
    public void Rule_20_a_start_that_is_far_enough_back_gives_what_the_logs_start_gives()
    {
        var (later, vectors) = (0, 0);
        Cases.Check(400, random =>
        {
            var (sets, logs) = World(random, length: 150, isBounded: true);
            var from = random.Next(1000, 1500);
            var choice = new VectorChoice(from, from + random.Next(10, 600));
            var needed = WarmUp.Of(sets, ReplayLaws.Skew, ReplayLaws.Margin).NeededFrom(from);
            int[] starts = [.. logs.Select(log => ReplayLaws.StartOf([.. log.Select(record => record.Entry)], needed))];
            var whole = Replay(random, sets, sets, choice, logs).ConvertAll(Text);
            Assert.Equal(whole, Replay(random, sets, sets, choice, logs, starts: starts).Select(Text));
            later += starts.Any(start => start > 0) ? 1 : 0;
            vectors += starts.All(start => start > 0) ? whole.Count : 0;
        });
        Assert.True(later > 40 && vectors > 40, $"Only {later} cases began later, with {vectors} vectors: too few to show anything.");
    }

    private static string Text(ReplayedVector vector) => Convert.ToHexString(vector.Value);

    private static List<string> Alone(IReadOnlyList<FeatureSetDefinition> sets, List<List<(Entry Entry, long Appended)>> logs)
    {
        var given = new List<string>();
        foreach (var (partition, log) in logs.Index())
        {
            var replay = new PartitionReplay(sets, Everything, partition, logs.Count, SchemaId);
            var batch = new Pipes.RecordBatch();
            batch.Start(0, partition);
            Fill(batch, log, 0, log.Count);
            given.AddRange(replay.Take(batch).Select(Text));
        }

        return given;
    }

    /// <summary>Partitions with entities of their own in common groups; clocks of brokers differ a little.</summary>
    private static (List<FeatureSetDefinition> Sets, List<List<(Entry Entry, long Appended)>> Logs) World(Random random, int length = 60, bool isBounded = false)
    {
        List<FeatureSetDefinition> sets;
        do
        {
            sets = RandomWorld.Sets(random, bounded: !isBounded);
        }
        while (!sets.Exists(set => set.Features.Any(feature => feature.Source == FeatureSource.GroupAggregate)) || (isBounded && random.Chance(0.95) && WarmUp.Of(sets, 0).Unbounded.Count > 0));

        // Brokers stamp whole batches.
        var grain = random.Pick(1, 5, 40);
        return (sets, [.. Enumerable.Range(0, random.Next(1, 4)).Select(partition =>
        {
            var appended = long.MinValue;
            return RandomWorld.Log(random, sets, length).ConvertAll(entry =>
            {
                appended = Math.Max(appended, ReplayLaws.Latest([entry]));
                var stamped = Math.Max(0, appended + random.Next(0, 4) - (random.Chance(0.1) ? random.Next(0, 20) : 0));
                return (At(entry, partition), (stamped + grain - 1) / grain * grain);
            });
        })]);
    }

    private static Entry At(Entry entry, int partition) => entry switch
    {
        Sensed { Group: false } sensed => sensed with { Entity = $"{sensed.Entity}-{partition}" },
        Attributed { OfGroup: false } attributed => attributed with { Entity = $"{attributed.Entity}-{partition}" },
        _ => entry,
    };

    internal static List<ReplayedVector> Replay(
        Random? random, IReadOnlyList<FeatureSetDefinition> sets, IReadOnlyList<FeatureSetDefinition> computed, VectorChoice choice, List<List<(Entry Entry, long Appended)>> logs,
        Func<bool>? goesOn = null, Action<long>? at = null, long next = long.MinValue, int[]? starts = null)
    {
        var replay = new GroupReplay(sets, computed, choice, logs.Count, SchemaId);
        var read = starts?.ToArray() ?? new int[logs.Count];
        foreach (var (partition, start) in read.Index().Where(start => start.Item > 0))
        {
            replay.Begin(partition, start, logs[partition].Take(start).Select(record => record.Entry).OfType<Attributed>().Select(ReplayLaws.Record), logs[partition].Select(record => record.Entry).OfType<Ticked>().Max(tick => tick.Sources));
        }

        var given = new List<ReplayedVector>();
        while (replay.Wanted is { } partition && goesOn?.Invoke() != false)
        {
            var log = logs[partition];
            var count = Math.Min(log.Count - read[partition], random?.Next(0, 30) ?? log.Count);
            Fill(replay.Room(partition), log, read[partition], count);
            read[partition] += count;
            given.AddRange(replay.Take(partition, read[partition] == log.Count).Where(vector => vector.Cause >= next));
        }

        at?.Invoke(Math.Max(next, replay.Next));
        return given;
    }

    private static void Fill(Pipes.RecordBatch batch, List<(Entry Entry, long Appended)> log, int from, int count)
    {
        for (var i = from; i < from + count; i++)
        {
            var (key, value) = LogBytes.Of(log[i].Entry);
            batch.Add(i, log[i].Appended, key, key is not null, value, hasValue: true);
        }
    }
}
