using System.Diagnostics;
using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;
using Streaming.Pipes;

namespace Streaming.Features.Tests.Laws;

/// <summary>What docs/FEATURES.md says of the cost of groups.</summary>
public sealed class GroupCosts(ITestOutputHelper output)
{
    private const int Buckets = 20;

    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public void A_member_says_one_record_a_bucket_and_its_vector_leaves_twice(int members)
    {
        var run = new Run(members, isMeasured: false);
        Assert.Equal(members * Buckets, run.Said);
        Assert.Equal(2 * members * Buckets, run.Vectors);
    }

    [Theory]
    [Trait("Category", "Bench")]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(5000)]
    public void What_a_record_of_a_member_costs(int members)
    {
        _ = new Run(members, isMeasured: false);
        var run = new Run(members, isMeasured: true);
        output.WriteLine($"{members} members: {run.PerSaid.TotalNanoseconds:F0} ns a record of a member, {run.PerReading.TotalNanoseconds:F0} ns a reading, {run.PerRevision.TotalNanoseconds:F0} ns a revision, {run.BytesPerMember:F0} bytes a member and bucket");
    }

    private sealed class Run
    {
        private const int Bucket = 1000;

        private static readonly FeatureSetDefinition Set = Some.Set() with
        {
            Bucket = Bucket,
            ReviseFor = 100_000,
            ReviseEvery = 10,
            Features =
            [
                Some.Feature(Aggregate.Mean) with { Name = "own" },
                new FeatureDefinition { Name = "herd", Source = FeatureSource.GroupAggregate, Feature = "own", Aggregate = Aggregate.Mean },
            ],
        };

        private readonly FeatureAssembler _filter = new([Set]);
        private readonly RecordBatch _batch = new();
        private readonly OutputBatch _output = new();
        private long _offset;

        public Run(int members, bool isMeasured)
        {
            _filter.Start(new FilterTopics([new TopicShape("in", 1, 0)], [new TopicShape("v", 1, 1), new TopicShape("l", 1, 2), new TopicShape("s", 1, 3), new TopicShape("g", 1, 4)]));
            _filter.Open(0);
            Process(Enumerable.Range(0, members).Select(i => (Entry)new Attributed($"cow-{i}", 0) { From = 0, Group = "north" }));
            var (before, saidBefore) = (0L, 0);
            (PerReading, PerSaid, PerRevision) = (TimeSpan.MaxValue, TimeSpan.MaxValue, TimeSpan.MaxValue);
            for (var bucket = 0; bucket <= Buckets; bucket++)
            {
                if (isMeasured && bucket == Buckets / 2)
                {
                    (before, saidBefore) = (GC.GetTotalMemory(forceFullCollection: true), Said);
                }

                // The quickest counts: whatever else the machine does only adds to it.
                var start = bucket * Bucket;
                PerReading = Least(PerReading, members, Process(Enumerable.Range(0, members).Select(i => (Entry)(Some.Reading($"cow-{i}", start + 5, i, ingest: start + 5) with { Sequence = bucket }))));
                var said = Enumerable.Range(0, _output.Count).Where(i => _output[i].Topic == 3).Select(i => Given.Of(_output[i]).Said()).ToList();
                (Said, Vectors) = (Said + said.Count, Vectors + Enumerable.Range(0, _output.Count).Count(i => _output[i].Topic == 0));
                PerSaid = Least(PerSaid, said.Count, Process(said.Select(one => (Entry)new Said(Set.Hash, one.MemberId, one.GroupId, one.BucketStart, one.Revision, start + 6) { Values = [("own", one.Features["own"])] })));
                PerRevision = Least(PerRevision, said.Count, Process([Some.Tick(start + 20)]));
                Vectors += Enumerable.Range(0, _output.Count).Count(i => _output[i].Topic == 0);
            }

            BytesPerMember = isMeasured ? (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / (Said - saidBefore) : 0;
            GC.KeepAlive(_filter);
        }

        public int Said { get; }

        public int Vectors { get; }

        public TimeSpan PerReading { get; }

        public TimeSpan PerSaid { get; }

        public TimeSpan PerRevision { get; }

        public double BytesPerMember { get; }

        private static TimeSpan Least(TimeSpan least, int count, TimeSpan time) => count > 0 && time / count < least ? time / count : least;

        private TimeSpan Process(IEnumerable<Entry> entries)
        {
            var records = entries.Select(LogBytes.Of).ToList();
            _batch.Start(0, 0);
            foreach (var (key, value) in records)
            {
                _batch.Add(_offset++, -1, key, key is not null, value, hasValue: true);
            }

            _output.Clear();
            var clock = Stopwatch.StartNew();
            _filter.Process(_batch, _output);
            _filter.Commit();
            return clock.Elapsed;
        }
    }
}
