using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Laws;

/// <summary>The rules of docs/TIME.md one by one, each on the smallest log that shows it.</summary>
public sealed class TimeRules
{
    [Fact]
    public void Rule_1_a_record_is_a_reading_attributes_a_tick_or_what_a_member_says_and_anything_else_is_refused_and_changes_nothing()
    {
        Assert.Equal([nameof(IngestedReading), nameof(EntityAttributes), nameof(Tick), nameof(GroupFeatures)], Enum.GetNames<SensorLogBranch>());
        Assert.Null(LogBytes.Of(Some.Tick(1)).Key);

        var host = new Assembly.FeatureAssembler([Some.Set()]);
        host.Start(new Pipes.FilterTopics([new Pipes.TopicShape("in", 1, 0)], [new Pipes.TopicShape("v", 1, 1), new Pipes.TopicShape("l", 1, 2), new Pipes.TopicShape("s", 1, 3)]));
        host.Open(0);
        var (batch, output) = (new Pipes.RecordBatch(), new Pipes.OutputBatch());
        batch.Start(0, 0);
        var (key, value) = LogBytes.Of(Some.Reading("e", 5));
        var another = value.ToArray();
        another[5] = 4 << 1;
        batch.Add(0, -1, key, hasKey: true, another, hasValue: true);
        batch.Add(1, -1, key, hasKey: true, value, hasValue: true);
        host.Process(batch, output);
        Assert.Equal((0, DeadLetterReason.Malformed), (Assert.Single(output.Refusals).Index, output.Refusals[0].Reason));
        Assert.Equal((1, 1), (host.OtherCounters(0).Malformed, host.Counters(0)[0].Counters.Readings));
    }

    [Fact]
    public void Rule_3_log_time_is_the_least_of_all_source_partitions_and_undefined_until_each_has_reported()
    {
        var host = new AssemblyHost(
            [Some.Set()],
            [
                new Ticked { Sources = 2, Passed = [(0, 500)] },
                Some.Reading("e", 600) with { Source = 0 },
                new Ticked { Sources = 2, Passed = [(1, 550)] },
                new Ticked { Sources = 2, Passed = [(1, 700), (0, 590)] },
            ]);
        host.Step(2);
        Assert.Null(host.Filter.LogTime(3));
        host.Step(1);
        Assert.Equal(550, host.Filter.LogTime(3));
        host.Step(1);
        Assert.Equal(600, host.Filter.LogTime(3));
    }

    [Fact]
    public void Rule_3_a_record_stamped_earlier_than_its_source_has_been_passed_on_counts_as_arriving_then()
    {
        // Stamped 20, but the source stands at 200: silence counts from there, so nothing is due at 250.
        var log = new List<Entry> { Some.Tick(200), Some.Reading("e", 15, ingest: 20), Some.Tick(299) };
        Assert.Empty(AssemblyHost.Run([Some.Set()], log));
        Assert.Single(AssemblyHost.Run([Some.Set()], [.. log, Some.Tick(300)]));
    }

    [Fact]
    public void Rule_5_a_copy_of_a_group_reading_opens_no_bucket_and_is_outside_conservation()
    {
        var set = Some.Set() with { Scope = Scope.Group };
        var reading = Some.Reading("barn", 5) with { Group = true };
        var host = new AssemblyHost([set], [reading with { Copy = true }, Some.Tick(1000)]);
        Assert.Empty(host.RunToEnd());
        Assert.Equal((0, 1), (host.Counters().Readings, host.OtherCounters.Copies));
        Assert.Single(AssemblyHost.Run([set], [reading, Some.Tick(1000)]));
    }

    [Fact]
    public void Rule_7_the_entitys_own_deadlines_fire_against_the_records_own_ingest_time()
    {
        // Log time is undefined throughout: only the entity's own silence of 100 closes its first bucket, and the reading that breaks it is late.
        var vectors = Some.Vectors(Some.Set() with { Grace = 1000 }, Some.Reading("e", 5), Some.Reading("e", 1300, ingest: 1300));
        Assert.Equal((0, CloseReason.Idle), (vectors.Single().BucketStart, vectors.Single().CloseReason));
    }

    [Fact]
    public void Rule_7_deadlines_fire_in_the_order_of_time_entity_bucket_and_feature_set()
    {
        var sets = new[] { Some.Set() with { Name = "b" }, Some.Set() with { Name = "a" }, Some.Set() with { Name = "a", Version = 2 } };
        var given = AssemblyHost.Run(sets.Select(set => set with { Grace = 50 }).ToList(), [Some.Tick(30), Some.Reading("y", 25), Some.Reading("é", 1), Some.Reading("x", 25), Some.Reading("y", 12), Some.Tick(5000)]);
        Assert.Equal(
            [
                "x 20 a:1", "x 20 a:2", "x 20 b:1", "y 10 a:1", "y 10 a:2", "y 10 b:1",
                "y 20 a:1", "y 20 a:2", "y 20 b:1", "é 0 a:1", "é 0 a:2", "é 0 b:1",
            ],
            given.Vectors().Select(vector => $"{vector.EntityId} {vector.BucketStart} {vector.FeatureSet}:{vector.FeatureSetVersion}"));
    }

    [Fact]
    public void Rule_7_what_a_watermark_closes_comes_by_bucket_start_then_feature_set()
    {
        var sets = new[] { Some.Set() with { Name = "b", Grace = 20 }, Some.Set() with { Name = "a", Grace = 20 } };
        var given = AssemblyHost.Run(sets, [Some.Reading("e", 15), Some.Reading("e", 5), Some.Reading("e", 95)]);
        Assert.Equal(["0 a", "0 b", "10 a", "10 b"], given.Vectors().Select(vector => $"{vector.BucketStart} {vector.FeatureSet}"));
    }

    [Fact]
    public void Rule_7_a_filtered_reading_moves_watermark_and_last_arrival_and_a_duplicate_neither()
    {
        var useless = Some.Reading("e", 30) with { Metrics = [("other", 1)] };
        Assert.Equal(CloseReason.Watermark, Some.Vectors(Some.Set(), Some.Reading("e", 5), useless).Single().CloseReason);
        Assert.Empty(Some.Vectors(Some.Set(), Some.Tick(5), Some.Reading("e", 5), useless with { Time = 6, Ingest = 80 }, Some.Tick(150)));

        var first = Some.Reading("e", 5) with { Sequence = 1 };
        Assert.Single(Some.Vectors(Some.Set(), Some.Tick(5), first, first with { Ingest = 80 }, Some.Tick(150)));
    }

    [Fact]
    public void Rule_8_a_duplicate_has_entity_device_event_time_and_sequence_of_one_remembered_and_the_first_wins()
    {
        var set = Some.Set();
        var first = Some.Reading("e", 5, value: 1) with { Sequence = 7, Device = "d" };
        Assert.Equal([1, 1], Closed(first, first with { Metrics = [("a", 2)] }));
        Assert.Equal([2, 2], Closed(first, first with { Metrics = [("a", 2)], Sequence = 8 }));
        Assert.Equal([2, 2], Closed(first, first with { Metrics = [("a", 2)], Device = "other" }));
        Assert.Equal([2, 2], Closed(first, first with { Metrics = [("a", 2)], Device = null }));
        Assert.Equal([2, 2], Closed(first, first with { Metrics = [("a", 2)], Time = 6 }));

        double[] Closed(params Entry[] log) => Some.Vectors(set, [.. log, Some.Reading("e", 100)]).First().Features;
    }

    [Fact]
    public void Rule_8_without_a_sequence_equal_fields_make_a_duplicate_in_whatever_order_they_are_written()
    {
        var set = Some.Set();
        var first = Some.Reading("e", 5) with { Metrics = [("a", 1), ("b", 2)], Tags = [("k", "v"), ("l", "w")] };
        Assert.Equal(1, Count(first, first));
        Assert.Equal(1, Count(first, first with { Metrics = [("b", 2), ("a", 1)], Tags = [("l", "w"), ("k", "v")] }));
        Assert.Equal(2, Count(first, first with { Metrics = [("a", 1), ("b", 3)] }));
        Assert.Equal(2, Count(first, first with { Metrics = [("a", 1), ("c", 2)] }));
        Assert.Equal(2, Count(first, first with { Tags = [("k", "v")] }));
        Assert.Equal(2, Count(first, first with { Sequence = 0 }));
        Assert.Equal(2, Count(first with { Metrics = [("a", 0.0)] }, first with { Metrics = [("a", -0.0)] }));

        double Count(params Entry[] log) => Some.Vectors(set, [.. log, Some.Reading("e", 100)]).First().Features[0];
    }

    [Fact]
    public void Rule_8_what_is_no_longer_remembered_is_late_and_never_a_duplicate()
    {
        var first = Some.Reading("e", 5) with { Sequence = 1 };
        var host = new AssemblyHost([Some.Set()], [first, Some.Reading("e", 30), first]);
        host.RunToEnd();
        Assert.Equal((0, 1), (host.Counters().Duplicate, host.Counters().Late));
    }

    [Fact]
    public void Rule_9_a_bucket_closes_when_the_watermark_reaches_its_end_and_grace()
    {
        var set = Some.Set() with { Grace = 7 };
        Assert.Empty(Some.Vectors(set, Some.Reading("e", 5), Some.Reading("e", 16)));
        Assert.Equal(CloseReason.Watermark, Some.Vectors(set, Some.Reading("e", 5), Some.Reading("e", 17)).Single().CloseReason);
    }

    [Fact]
    public void Rule_9_a_quiet_entitys_bucket_closes_at_the_later_of_its_end_with_grace_and_last_arrival_with_idleClose()
    {
        var set = Some.Set() with { Grace = 7, IdleClose = 3 };
        Assert.Empty(Some.Vectors(set, Some.Reading("e", 5), Some.Tick(16)));
        Assert.Equal(CloseReason.Idle, Some.Vectors(set, Some.Reading("e", 5), Some.Tick(17)).Single().CloseReason);
        set = set with { IdleClose = 40 };
        Assert.Empty(Some.Vectors(set, Some.Reading("e", 5), Some.Tick(44)));
        Assert.Single(Some.Vectors(set, Some.Reading("e", 5), Some.Tick(45)));
        Assert.Single(Some.Vectors(Some.Set() with { IdleClose = 0 }, Some.Reading("e", 5), Some.Tick(10)));
    }

    [Fact]
    public void Rule_9_a_vector_leaves_within_a_second_of_log_time_passing_what_closes_it()
    {
        Cases.Check(1000, random =>
        {
            // A tick a second, as SensorIngest gives them, and devices that send whenever they like and fall silent.
            var set = Some.Set() with { Bucket = random.Next(1, 20_000), Grace = random.Next(0, 5_000), IdleClose = random.Next(0, 20_000) };
            var log = new List<Entry>();
            for (long clock = 1_000_000; clock < 1_090_000; clock += 1000)
            {
                for (var i = random.Next(0, 3); i > 0 && clock < 1_030_000; i--)
                {
                    log.Add(Some.Reading($"e{random.Next(3)}", clock - random.Next(0, 3000), ingest: clock - random.Next(0, 900)) with { Sequence = log.Count });
                }

                log.Add(Some.Tick(clock));
            }

            var host = new AssemblyHost([set], log);
            var arrivals = new Dictionary<string, long>();
            var (left, passed) = (0, 0L);
            foreach (var entry in log)
            {
                var before = host.Output.Count;
                host.Step(1);
                foreach (var vector in host.Output.Skip(before).Where(given => given.Topic == 0).Select(given => given.Vector()).Where(vector => vector.CloseReason == CloseReason.Idle))
                {
                    left++;
                    Assert.InRange(host.Filter.LogTime(3)!.Value - Math.Max(vector.BucketEnd + set.Grace, arrivals[vector.EntityId] + set.IdleClose), 0, 999);
                }

                passed = Math.Max(passed, entry is Sensed sensed ? sensed.Ingest : ((Ticked)entry).Passed[0].Until);
                if (entry is Sensed { Entity: var entity })
                {
                    arrivals[entity] = passed;
                }
            }

            Assert.True(left >= arrivals.Count);
        });
    }

    [Fact]
    public void Rule_9_a_cow_that_sends_every_ten_minutes_gets_her_vector_at_the_later_of_end_with_grace_and_last_arrival_with_idleClose()
    {
        const long minute = 60_000;
        foreach (var (grace, idleClose, wanted) in new[] { (2, 5, 12), (0, 5, 10), (2, 11, 14), (0, 8, 11) })
        {
            // She sends at the third minute of every ten; the next bucket's reading comes at minute 13 and is not waited for, unless idleClose waits for it.
            var set = Some.Set() with { Bucket = 10 * minute, Grace = grace * minute, IdleClose = idleClose * minute };
            var log = new List<Entry> { Some.Tick(0) };
            for (var second = 1; second <= 20 * 60; second++)
            {
                if (second is 180 or 780)
                {
                    log.Add(Some.Reading("cow", second * 1000));
                }

                log.Add(Some.Tick(second * 1000));
            }

            var host = new AssemblyHost([set], log);
            var left = log.First(entry =>
            {
                host.Step(1);
                return host.Output.Count > 0;
            });
            var vector = host.Output.Vectors().Single();
            Assert.Equal((0, wanted > 13 ? CloseReason.Watermark : CloseReason.Idle), (vector.BucketStart, vector.CloseReason));
            Assert.Equal(Math.Min(wanted, 13) * minute, left is Ticked tick ? tick.Passed[0].Until : ((Sensed)left).Time);
        }
    }

    [Fact]
    public void Rule_10_a_complete_vector_leaves_at_once_and_what_comes_later_leaves_with_the_close()
    {
        var set = Some.Set() with { Emit = EmitMode.Complete, Features = [Some.Feature(Aggregate.Last), Some.Feature(Aggregate.Last, "b")], ReviseEvery = 1000 };
        var log = new List<Entry> { Some.Reading("e", 5) };
        Assert.Empty(AssemblyHost.Run([set], log));
        log.Add(Some.Reading("e", 6) with { Metrics = [("b", 2)] });
        Assert.Equal((0, CloseReason.Complete), Last(log, 1));
        log.Add(Some.Reading("e", 7, value: 3));
        Assert.Equal((0, CloseReason.Complete), Last(log, 1));
        log.Add(Some.Reading("e", 10));
        Assert.Equal((1, CloseReason.Revision), Last(log, 2));
        var revised = AssemblyHost.Run([set], log).Vectors()[1];
        Assert.Equal([3, 2], revised.Features);
        Assert.Equal((3, 0), (revised.ReadingCount, revised.LateCount));

        (int, CloseReason) Last(List<Entry> entries, int count)
        {
            var vectors = AssemblyHost.Run([set], entries).Vectors();
            Assert.Equal(count, vectors.Count);
            return (vectors[^1].Revision, vectors[^1].CloseReason);
        }
    }

    [Fact]
    public void Rule_10_a_feature_with_a_missing_policy_is_not_waited_for()
    {
        var optional = Some.Feature(Aggregate.Last, "b") with { Missing = new MissingPolicy(MissingPolicyKind.Constant, -1) };
        var set = Some.Set() with { Emit = EmitMode.Complete, Features = [Some.Feature(Aggregate.Last), optional] };
        var vector = Some.Vectors(set, Some.Reading("e", 5)).Single();
        Assert.Equal([1, -1], vector.Features);
        Assert.Equal([1], vector.Missing);
        Assert.Equal(0.5, vector.Completeness);
    }

    [Fact]
    public void Rule_10_a_complete_bucket_with_nothing_new_closes_without_a_word()
    {
        var set = Some.Set() with { Emit = EmitMode.Complete };
        Assert.Single(Some.Vectors(set, Some.Reading("e", 5), Some.Reading("e", 100)), vector => vector.BucketStart == 0);
    }

    [Fact]
    public void Rule_11_late_readings_are_gathered_for_reviseEvery_and_make_the_whole_vector_anew()
    {
        var set = Some.Set() with { ReviseFor = 1000, ReviseEvery = 50 };
        Entry[] log = [Some.Tick(1), Some.Reading("e", 5), Some.Reading("e", 100), Some.Reading("e", 6, value: 4, ingest: 110), Some.Reading("e", 2, ingest: 120)];
        Assert.Single(Some.Vectors(set, log));
        Assert.Single(Some.Vectors(set, [.. log, Some.Tick(159)]));
        var revised = Some.Vectors(set, [.. log, Some.Tick(160)])[1];
        Assert.Equal((0, 1, CloseReason.Revision, 3, 2), (revised.BucketStart, revised.Revision, revised.CloseReason, revised.ReadingCount, revised.LateCount));
        Assert.Equal([3, 4], revised.Features);
    }

    [Fact]
    public void Rule_11_after_reviseFor_by_the_watermark_a_reading_is_too_late()
    {
        var set = Some.Set() with { ReviseFor = 100, ReviseEvery = 1000 };
        var log = new Entry[] { Some.Reading("e", 5), Some.Reading("e", 109, ingest: 6), Some.Reading("e", 6), Some.Reading("e", 110, ingest: 7) };
        var host = new AssemblyHost([set], [.. log, Some.Reading("e", 7, ingest: 8)]);
        var given = host.RunToEnd();
        Assert.Equal([0, 1, 0], given.Vectors().Select(vector => vector.Revision));
        Assert.Equal(1, host.Counters().Late);
        var late = given.Single(one => one.Topic == 1);
        Assert.Equal(7, late.Late().Reading.EventTime);
        Assert.Equal(("103", "0", "10", "s:1"), (late.Header("lateness_ms"), late.Header("bucket_start"), late.Header("bucket_end"), late.Header("feature_set")));
    }

    [Fact]
    public void Rule_11_after_reviseFor_of_silence_a_reading_is_too_late()
    {
        var set = Some.Set() with { ReviseFor = 200, ReviseEvery = 1000 };
        Entry[] log = [Some.Tick(1), Some.Reading("e", 5), Some.Reading("e", 12)];
        Assert.Equal(0, Late(211));
        Assert.Equal(1, Late(212));

        long Late(long arrival)
        {
            var host = new AssemblyHost([set], [.. log, Some.Reading("e", 6, ingest: arrival)]);
            host.RunToEnd();
            return host.Counters().Late;
        }
    }

    [Fact]
    public void Rule_11_what_was_gathered_is_reported_when_the_bucket_can_no_longer_be_revised()
    {
        var set = Some.Set() with { ReviseFor = 60, ReviseEvery = 100_000 };
        Entry[] log = [Some.Tick(1), Some.Reading("e", 5), Some.Reading("e", 12), Some.Reading("e", 6, ingest: 20)];
        Assert.Single(Some.Vectors(set, [.. log, Some.Tick(79)]));
        Assert.Equal(1, Some.Vectors(set, [.. log, Some.Tick(80)])[^1].Revision);
        Assert.Contains(Some.Vectors(set, [.. log, Some.Reading("e", 70, ingest: 21)]), vector => vector is { BucketStart: 0, Revision: 1 });
    }

    [Fact]
    public void Rule_13_the_first_bucket_is_the_first_that_starts_at_or_after_from()
    {
        var set = Some.Set() with { From = 15 };
        var vectors = Some.Vectors(set, Some.Reading("e", 12), Some.Reading("e", 19), Some.Reading("e", 20), Some.Reading("e", 100));
        Assert.Equal(20, vectors[0].BucketStart);
        Assert.Contains(Some.Vectors(set with { From = 10 }, Some.Reading("e", 12), Some.Reading("e", 100)), vector => vector.BucketStart == 10);
    }

    [Fact]
    public void Rule_21_a_vector_says_where_it_came_from_and_how_complete_it_is()
    {
        var set = Some.Set() with { ExpectedReadings = 4 };
        var vector = Some.Vectors(set, Some.Tick(1), Some.Reading("e", 5), Some.Reading("other", 5), Some.Reading("e", 3), Some.Reading("e", 77))[0];
        Assert.Equal(("e", 0L, 10L, "s", 1, set.Hash), (vector.EntityId, vector.BucketStart, vector.BucketEnd, vector.FeatureSet, vector.FeatureSetVersion, vector.FeatureSetHash));
        Assert.Equal((3, 1L, 3L, 2, 0.5), (vector.InputPartition, vector.FirstOffset, vector.LastOffset, vector.ReadingCount, vector.Completeness));
    }

    [Fact]
    public void Buckets_are_aligned_to_1970_and_the_sets_align_before_it_too()
    {
        var set = Some.Set() with { Bucket = 10, Align = 3 };
        foreach (var (time, start) in new[] { (2L, -7L), (3L, 3L), (12L, 3L), (13L, 13L), (-8L, -17L), (-7L, -7L) })
        {
            Assert.Equal(start, Some.Vectors(set, Some.Reading("e", time, ingest: 0), Some.Tick(100_000)).Single().BucketStart);
        }
    }

    [Fact]
    public void Bounds_evict_the_oldest_bucket_and_the_entity_not_seen_for_longest_and_count_it()
    {
        var buckets = new AssemblyHost([Some.Set() with { MaxOpenBuckets = 2, Grace = 1000 }], [Some.Reading("e", 5), Some.Reading("e", 15), Some.Reading("e", 25), Some.Tick(5000)]);
        Assert.Equal([10, 20], buckets.RunToEnd().Vectors().Select(vector => vector.BucketStart));
        Assert.Equal((1, 1), (buckets.Counters().Evicted, buckets.Counters().EvictedBuckets));

        var entities = new AssemblyHost([Some.Set() with { MaxEntities = 2 }], [Some.Reading("x", 5), Some.Reading("y", 5), Some.Reading("x", 6), Some.Reading("z", 7), Some.Tick(5000)]);
        Assert.Equal(["x", "z"], entities.RunToEnd().Vectors().Select(vector => vector.EntityId));
        Assert.Equal((1, 1, 2), (entities.Counters().Evicted, entities.Counters().EvictedEntities, entities.Counters().Entities));

        var readings = new AssemblyHost([Some.Set() with { MaxReadingsPerBucket = 1 }], [Some.Reading("e", 5), Some.Reading("e", 6), Some.Tick(5000)]);
        Assert.Equal(1, readings.RunToEnd().Vectors().Single().ReadingCount);
        Assert.Equal(1, readings.Counters().Evicted);
    }
}
