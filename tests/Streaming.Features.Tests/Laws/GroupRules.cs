using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;
using Streaming.Pipes;

namespace Streaming.Features.Tests.Laws;

/// <summary>Aggregates over groups, each rule by an example. Buckets are 10 ms long; what is late is gathered for 20 ms.</summary>
public sealed class GroupRules
{
    private static readonly FeatureSetDefinition Set = Over(Aggregate.Mean);

    [Fact]
    public void Rule_6_members_see_what_had_come_when_their_bucket_closed_and_a_revision_when_more_comes()
    {
        List<Entry> log = [Some.Tick(1), Joins("e", 0, "north"), Says("x", "north", 0, 4), Some.Reading("e", 5, 2), Some.Reading("e", 15, 8)];
        Assert.Equal(["0 #0 2 4"], Told(log));
        log.AddRange([Says("e", "north", 0, 2, ingest: 16), Says("y", "north", 0, 9, ingest: 17), Says("z", "south", 0, 100), Some.Tick(35)]);
        Assert.Equal(["0 #0 2 4"], Told(log));
        Assert.Equal(["0 #0 2 4", "0 #1 2 5"], Told([.. log, Some.Tick(36)]));
    }

    [Fact]
    public void Rule_6_what_a_vector_has_of_the_shared_features_is_said_to_the_group_once()
    {
        List<Entry> log = [Some.Tick(1), Joins("e", 0, "north"), Some.Reading("e", 5, 2), Some.Reading("alone", 5, 3), Some.Reading("e", 15, 8), Some.Reading("alone", 15, 3)];
        Assert.Equal(["north e 0 #0 2"], Said(log));

        // The revision that the others make says nothing new; that of a late reading does.
        log.AddRange([Says("x", "north", 0, 4), Some.Tick(36)]);
        Assert.Equal(2, Told(log).Count(told => told.StartsWith("0 ", StringComparison.Ordinal) && !told.Contains(" 3 ", StringComparison.Ordinal)));
        Assert.Equal(["north e 0 #0 2"], Said(log));
        Assert.Equal(["north e 0 #0 2", "north e 0 #2 3"], Said([.. log, Some.Reading("e", 6, 4, ingest: 40), Some.Tick(60)]));
    }

    [Fact]
    public void Rule_6_a_higher_revision_replaces_whatever_group_it_names()
    {
        List<Entry> log = [Some.Tick(1), Joins("n", 0, "north"), Joins("s", 0, "south"), Says("x", "north", 0, 4, revision: 1), Says("x", "south", 0, 6, revision: 2), Says("x", "north", 0, 5, revision: 1), Says("x", "south", 0, 7, revision: 2)];
        log.AddRange([Some.Reading("n", 5, 1), Some.Reading("s", 5, 1), Some.Reading("n", 15), Some.Reading("s", 15)]);
        Assert.Equal(["0 #0 1 NaN", "0 #0 1 6"], Told(log));
        var host = new AssemblyHost([Set], log.Select(Known));
        host.RunToEnd();
        Assert.Equal((4, 2), (host.OtherCounters.Members, host.OtherCounters.MembersIgnored));
    }

    [Fact]
    public void Rule_6_a_change_of_group_known_late_is_right_on_both_sides_for_every_member()
    {
        // e was thought to be in the north all day; from 15 on it was in the south.
        List<Entry> log = [Some.Tick(1), Joins("e", 0, "north"), Some.Reading("e", 5, 2), Some.Reading("e", 15, 4), Some.Reading("e", 25, 6), new Attributed("e", 26) { From = 15, Group = "south" }, Some.Tick(60)];
        Assert.Equal(["north e 0 #0 2", "north e 10 #0 4", "south e 10 #1 4"], Said(log)[..3]);

        // What e says, as the partitions of its neighbours hear it.
        var heard = AssemblyHost.Run([Set], log.Select(Known)).Where(given => given.Topic == 3).Select(given => given.Said()).Select(Heard).ToList();
        List<Entry> others = [Some.Tick(1), Joins("n", 0, "north"), Joins("s", 0, "south"), Some.Reading("n", 5), Some.Reading("s", 5), Some.Reading("n", 15), Some.Reading("s", 15), Some.Reading("n", 25), Some.Reading("s", 25)];
        others.AddRange([.. heard.Take(2), Some.Tick(50), .. heard.Skip(2), Some.Tick(80)]);
        var last = AssemblyHost.Run([Set], others.Select(Known)).Vectors().GroupBy(vector => (vector.EntityId, vector.BucketStart)).ToDictionary(bucket => bucket.Key, bucket => bucket.MaxBy(vector => vector.Revision)!);
        Assert.Equal((2.0, 1), (last[("n", 0)].Features[1], last[("n", 0)].Revision));
        Assert.Equal((double.NaN, 2), (last[("n", 10)].Features[1], last[("n", 10)].Revision));
        Assert.Equal((double.NaN, 0), (last[("s", 0)].Features[1], last[("s", 0)].Revision));
        Assert.Equal((4.0, 1), (last[("s", 10)].Features[1], last[("s", 10)].Revision));
    }

    [Fact]
    public void Rule_6_who_leaves_every_group_says_so()
    {
        List<Entry> log = [Some.Tick(1), Joins("e", 0, "north"), Some.Reading("e", 5, 2), Some.Reading("e", 15), new Attributed("e", 16) { From = 0, Group = "" }, Some.Tick(40)];
        Assert.Equal(["north e 0 #0 2", " e 0 #1 2"], Said(log));
    }

    [Fact]
    public void Rule_6_what_is_said_is_forgotten_when_nothing_was_said_of_the_bucket_for_maxAge_of_log_time()
    {
        var set = Set with { Grace = 1000, Features = [Set.Features[0], Set.Features[1] with { MaxAge = 30 }] };
        List<Entry> log = [Joins("e", 0, "north"), Says("x", "north", 0, 4, ingest: 7), Some.Reading("e", 5, 2), Some.Tick(10), Says("z", "north", 0, 8, ingest: 7)];
        Assert.Equal(6, Closed([Some.Tick(39), Says("y", "south", 30, 1)]));
        Assert.Equal(double.NaN, Closed([Some.Tick(40), Says("y", "south", 30, 1)]));

        double Closed(List<Entry> more) => AssemblyHost.Run([set], log.Concat(more).Append(Some.Tick(5000)).Select(entry => Known(entry, set))).Vectors()[0].Features[1];
    }

    [Theory]
    [InlineData(Aggregate.Count, 3, 0)]
    [InlineData(Aggregate.Sum, 12, 0)]
    [InlineData(Aggregate.Mean, 4, double.NaN)]
    [InlineData(Aggregate.Min, 1, double.NaN)]
    [InlineData(Aggregate.Max, 7, double.NaN)]
    [InlineData(Aggregate.Range, 6, double.NaN)]
    [InlineData(Aggregate.Stddev, 3, double.NaN)]
    public void Aggregates_over_a_group_are_those_of_its_members_that_have_the_feature(Aggregate aggregate, double ofThree, double ofNone)
    {
        var set = Over(aggregate);
        Assert.Equal(ofThree, Closed(Joins("e", 0, "north"), Says("x", "north", 0, 4), Says("y", "north", 0, 7), Says("z", "north", 0, 1), Says("silent", "north", 0, double.NaN)));
        Assert.Equal(ofNone, Closed(Joins("e", 0, "north")));
        Assert.Equal(double.NaN, Closed());

        double Closed(params Entry[] log) => AssemblyHost.Run([set], log.Append(Some.Reading("e", 5)).Append(Some.Reading("e", 15)).Select(entry => Known(entry, set))).Vectors()[0].Features[1];
    }

    [Fact]
    public void Rule_6_nothing_is_said_where_a_run_goes_elsewhere_and_while_a_state_is_made_again()
    {
        var filter = new FeatureAssembler([Set]);
        filter.Start(new FilterTopics([new TopicShape("in", 1, 0)], [new TopicShape("v", 1, 1), new TopicShape("l", 1, 2), new TopicShape("s", 1, 3)]));
        filter.Open(0);
        var (batch, output) = (new RecordBatch(), new OutputBatch());
        Entry[] log = [Joins("e", 0, "north"), Some.Reading("e", 5, 2), Some.Reading("e", 15), Some.Reading("e", 25)];
        Fill(0, 3);
        filter.Replay(batch);
        Assert.Equal(0, output.Count);
        Fill(3, 1);
        filter.Process(batch, output);
        Assert.Equal((1, 0), (output.Count, output[0].Topic));

        void Fill(int from, int count)
        {
            batch.Start(0, 0);
            for (var i = from; i < from + count; i++)
            {
                var (key, value) = LogBytes.Of(log[i]);
                batch.Add(i, -1, key, key is not null, value, hasValue: true);
            }
        }
    }

    private static FeatureSetDefinition Over(Aggregate aggregate) => Some.Set() with
    {
        ReviseFor = 1000,
        ReviseEvery = 20,
        Features = [Some.Feature(Aggregate.Mean) with { Name = "own" }, new FeatureDefinition { Name = "herd", Source = FeatureSource.GroupAggregate, Feature = "own", Aggregate = aggregate }],
    };

    private static Attributed Joins(string entity, long from, string group) => new(entity, 1) { From = from, Group = group };

    private static Said Says(string member, string group, long start, double value, int revision = 0, long ingest = 1) =>
        new("", member, group, start, revision, ingest) { Values = double.IsNaN(value) ? [] : [("own", value)] };

    private static Said Heard(Contracts.GroupFeatures said) =>
        new("", said.MemberId, said.GroupId, said.BucketStart, said.Revision, 1) { Values = [.. said.Features.Select(feature => (feature.Key, feature.Value))] };

    private static Entry Known(Entry entry) => Known(entry, Set);

    private static Entry Known(Entry entry, FeatureSetDefinition set) => entry is Said said ? said with { Hash = set.Hash } : entry;

    private static List<string> Told(List<Entry> log) =>
        [.. AssemblyHost.Run([Set], log.Select(Known)).Vectors().Select(vector => $"{vector.BucketStart} #{vector.Revision} {vector.Features[0]} {vector.Features[1]}")];

    private static List<string> Said(List<Entry> log) =>
        [.. AssemblyHost.Run([Set], log.Select(Known)).Where(given => given.Topic == 3).Select(given => given.Said()).Select(said => $"{said.GroupId} {said.MemberId} {said.BucketStart} #{said.Revision} {said.Features.GetValueOrDefault("own", double.NaN)}")];
}
