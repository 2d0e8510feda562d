using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Laws;

public sealed class IndependenceLaws
{
    [Fact]
    public void Another_entitys_readings_never_change_mine()
    {
        Cases.Check(1500, random =>
        {
            var sets = RandomWorld.Sets(random, bounded: false);
            var log = RandomWorld.Log(random, sets);
            // The others' records still carry time; what they say is replaced, what they are is not. What groups say is said of their members too, and stays.
            var changed = log.Select(entry => entry is Sensed { Entity: not "e0", Group: false } other
                ? other with { Time = other.Time + random.Next(-500, 500), Metrics = [("a", random.NextDouble()), ("c", 1)], Entity = random.Chance(0.5) ? other.Entity : "other", Sequence = random.Next() }
                : entry).ToList();
            Assert.Equal(Mine(AssemblyHost.Run(sets, log)), Mine(AssemblyHost.Run(sets, changed)));
        });

        static IEnumerable<Given> Mine(IEnumerable<Given> given) => given.Where(one => one.Key == Convert.ToHexString("e0"u8));
    }

    [Fact]
    public void Another_feature_set_never_changes_mine()
    {
        Cases.Check(1500, random =>
        {
            var sets = RandomWorld.Sets(random);
            var log = RandomWorld.Log(random, sets);
            var mine = sets[0];
            var together = AssemblyHost.Run(sets, log).Where(one => one.Topic switch
            {
                0 => one.Vector() is var vector && (vector.FeatureSet, vector.FeatureSetVersion) == (mine.Name, mine.Version),
                1 => one.Header("feature_set") == mine.Id,
                _ => one.Said() is var said && (said.FeatureSet, said.FeatureSetVersion) == (mine.Name, mine.Version),
            });
            Assert.Equal(AssemblyHost.Run([mine], log), together);
        });
    }

    [Fact]
    public void Rule_23_every_reading_is_in_exactly_one_class()
    {
        Cases.Check(2000, random =>
        {
            var sets = RandomWorld.Sets(random);
            var log = RandomWorld.Log(random, sets);
            var host = new AssemblyHost(sets, log);
            host.RunToEnd();
            for (var i = 0; i < sets.Count; i++)
            {
                var counters = host.Counters(i);
                Assert.Equal(log.Count(entry => entry is Sensed { Copy: false }), counters.Readings);
                Assert.Equal(counters.Readings, counters.Contributed + counters.Pending + counters.Duplicate + counters.Late + counters.Filtered + counters.Evicted);
                Assert.True(counters.Pending >= 0);
            }

            Assert.Equal(log.Count(entry => entry is Sensed { Copy: true } or Attributed { Copy: true }), host.OtherCounters.Copies);
            Assert.Equal(Enumerable.Range(0, sets.Count).Sum(i => host.Counters(i).Late), host.Output.Count(one => one.Topic == 1));
            Assert.Equal(Enumerable.Range(0, sets.Count).Sum(i => host.Counters(i).Vectors), host.Output.Count(one => one.Topic == 0));
        });
    }

    [Fact]
    public void Revisions_of_a_bucket_count_from_0_without_a_gap()
    {
        Cases.Check(1500, random =>
        {
            var sets = RandomWorld.Sets(random, bounded: false);
            var vectors = AssemblyHost.Run(sets, RandomWorld.Log(random, sets)).Vectors();
            foreach (var bucket in vectors.GroupBy(vector => (vector.FeatureSet, vector.FeatureSetVersion, vector.EntityId, vector.BucketStart)))
            {
                Assert.Equal(Enumerable.Range(0, bucket.Count()), bucket.Select(vector => vector.Revision));
            }
        });
    }
}
