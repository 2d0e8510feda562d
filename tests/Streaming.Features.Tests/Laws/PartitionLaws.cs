using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;
using Streaming.Pipes;

namespace Streaming.Features.Tests.Laws;

/// <summary>What partitions that share a worker, or a group, have to do with each other.</summary>
public sealed class PartitionLaws
{
    [Fact]
    public void Any_interleaving_of_partitions_gives_each_of_them_the_same_bytes()
    {
        Cases.Check(1500, random =>
        {
            var sets = RandomWorld.Sets(random);
            var logs = Enumerable.Range(0, random.Next(2, 4)).Select(_ => RandomWorld.Log(random, sets, length: 40).Select(LogBytes.Of).ToList()).ToList();
            var alone = logs.Select((log, partition) => Run(sets, [.. logs.Select((_, other) => other == partition ? log : [])], random)[partition]).ToList();
            var together = Run(sets, logs, random);
            for (var partition = 0; partition < logs.Count; partition++)
            {
                Assert.Equal(alone[partition], together[partition]);
            }
        });
    }

    [Fact]
    public void Any_interleaving_of_partitions_gives_groups_in_the_end_what_all_readings_together_say()
    {
        Cases.Check(1000, random => new Herd(random).Check());
    }

    private static List<Given>[] Run(IReadOnlyList<FeatureSetDefinition> sets, List<List<(byte[]? Key, byte[] Value)>> logs, Random random)
    {
        var filter = new FeatureAssembler(sets);
        filter.Start(new FilterTopics(
            [new TopicShape("sensor.readings", 8, 0)],
            [new TopicShape("feature.vectors", 8, 11), new TopicShape("sensor.late", 8, 12), new TopicShape("feature.sets", 1, 13), new TopicShape("group.features", 8, 14)]));
        var given = logs.Select(_ => new List<Given>()).ToArray();
        var done = new int[logs.Count];
        for (var partition = 0; partition < logs.Count; partition++)
        {
            filter.Open(partition);
        }

        var (batch, output) = (new RecordBatch(), new OutputBatch());
        while (Enumerable.Range(0, logs.Count).Where(partition => done[partition] < logs[partition].Count).ToList() is { Count: > 0 } left)
        {
            var partition = left[random.Next(left.Count)];
            batch.Start(0, partition);
            for (var count = Math.Min(random.Next(1, 9), logs[partition].Count - done[partition]); count > 0; count--, done[partition]++)
            {
                var (key, value) = logs[partition][done[partition]];
                batch.Add(done[partition], -1, key, key is not null, value, hasValue: true);
            }

            output.Clear();
            filter.Process(batch, output);
            for (var i = 0; i < output.Count; i++)
            {
                given[partition].Add(Given.Of(output[i]));
            }

            if (random.Chance(0.5))
            {
                filter.Commit();
            }
        }

        return given;
    }
}
