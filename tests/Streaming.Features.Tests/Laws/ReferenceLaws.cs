using Streaming.Features.Definitions;
using Streaming.Features.Tests.Reference;
using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Laws;

public sealed class ReferenceLaws
{
    [Fact]
    public void Rules_3_to_13_what_comes_out_is_what_a_naive_reading_of_the_rules_gives()
    {
        Cases.Check(4000, random =>
        {
            var sets = RandomWorld.Sets(random);
            Compare(random, sets, RandomWorld.Log(random, sets));
        });
    }

    private static void Compare(Random random, List<FeatureSetDefinition> sets, List<Entry> log)
    {
        var (expected, counters) = NaiveAssembly.Run(sets, log);
        var host = new AssemblyHost([.. sets.OrderBy(_ => random.Next())], log);
        var given = host.RunToEnd();
        for (var i = 0; i < Math.Min(expected.Count, given.Count); i++)
        {
            try
            {
                expected[i].AssertIs(given[i]);
            }
            catch (Exception fault)
            {
                throw new Xunit.Sdk.XunitException($"output {i}: {fault.Message}{Environment.NewLine}{string.Join(Environment.NewLine, sets.Select(NormalisedContent.Text))}");
            }
        }

        Assert.Equal(expected.Count, given.Count);
        for (var i = 0; i < counters.Length; i++)
        {
            var came = host.Counters(i);
            Assert.Equal(
                (counters[i].Readings, counters[i].Contributed, counters[i].Duplicate, counters[i].Late, counters[i].Filtered, counters[i].Evicted, counters[i].Revised, counters[i].EvictedBuckets, counters[i].EvictedEntities),
                (came.Readings, came.Contributed, came.Duplicate, came.Late, came.Filtered, came.Evicted, came.Revised, came.EvictedBuckets, came.EvictedEntities));
        }
    }
}
