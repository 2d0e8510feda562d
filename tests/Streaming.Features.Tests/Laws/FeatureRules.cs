using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Laws;

/// <summary>What features mean, each by an example that can be worked out by hand. Buckets are 10 ms long.</summary>
public sealed class FeatureRules
{
    private static readonly FeatureDefinition Last = Some.Feature(Aggregate.Last);

    [Fact]
    public void Slope_is_per_second_and_missing_below_two_different_times()
    {
        Assert.Equal([500], First([Some.Feature(Aggregate.Slope)], Some.Reading("e", 1, 3), Some.Reading("e", 5, 5), Some.Reading("e", 3, 4)));
        Assert.Equal([double.NaN], First([Some.Feature(Aggregate.Slope)], Some.Reading("e", 1, 3), Some.Reading("e", 1, 5)));
    }

    [Fact]
    public void TimeAbove_counts_from_each_reading_to_the_next_or_the_end()
    {
        var feature = Some.Feature(Aggregate.TimeAbove) with { Above = 2 };

        // Above from 3 to 5 and from 8 to the end.
        Assert.Equal([0.004], First([feature], Some.Reading("e", 8, 7), Some.Reading("e", 1, 1), Some.Reading("e", 3, 3), Some.Reading("e", 5, 2)));
    }

    [Fact]
    public void Increase_begins_at_the_last_reading_before_the_bucket_and_takes_a_fall_for_a_restart()
    {
        var vectors = Some.Vectors(Set(Some.Feature(Aggregate.Increase)), Some.Reading("e", 1, 100), Some.Reading("e", 9, 104), Some.Reading("e", 12, 110), Some.Reading("e", 14, 2), Some.Reading("e", 15, 5), Some.Reading("e", 100));
        Assert.Equal([4.0, 11.0], vectors.Select(vector => vector.Features[0]));
    }

    [Fact]
    public void SecondsSinceLast_looks_back_beyond_the_bucket()
    {
        var other = Some.Reading("e", 55) with { Metrics = [("b", 1)] };
        var vectors = Some.Vectors(Set(Some.Feature(Aggregate.SecondsSinceLast), Some.Feature(Aggregate.Last, "b")), Some.Reading("e", 4), other, Some.Reading("e", 100));
        Assert.Equal([0.006, 0.056], vectors.Select(vector => vector.Features[0]));
    }

    [Fact]
    public void A_window_steps_by_the_bucket()
    {
        var vectors = Some.Vectors(
            Set(Some.Feature(Aggregate.Sum) with { Over = 30 }), Some.Reading("e", 5, 1), Some.Reading("e", 15, 2), Some.Reading("e", 25, 4), Some.Reading("e", 35, 8), Some.Reading("e", 95, 16), Some.Reading("e", 200));
        Assert.Equal([1, 3, 7, 14, 16], vectors.Select(vector => vector.Features[0]));
    }

    [Fact]
    public void Lags_are_rows_of_earlier_vectors_the_oldest_first_and_gaps_follow_the_missing_policy()
    {
        var feature = Last with { Missing = new MissingPolicy(MissingPolicyKind.Constant, -1) };
        var set = Set(feature) with { Lags = new LagDefinition { Count = 3, Of = [feature.Name] } };
        Entry[] log = [Some.Reading("e", 5, 1), Some.Reading("e", 25, 2), Some.Reading("e", 35, 3), Some.Reading("e", 100)];
        var vectors = Some.Vectors(set, log);
        Assert.Equal([[1, -1, -1, 1], [2, 1, -1, 2], [3, -1, 2, 3]], vectors.Select(vector => vector.Features));
        Assert.Equal([[1, 2], [2], [1]], vectors.Select(vector => vector.Missing));
        Assert.All(vectors, vector => Assert.Equal(1, vector.Completeness));
        vectors = Some.Vectors(set with { Lags = set.Lags with { OnlyPresent = true, WithCurrent = false, Count = 2 } }, log);
        Assert.Equal([[1, -1, -1], [2, -1, 1], [3, 1, 2]], vectors.Select(vector => vector.Features));
    }

    [Fact]
    public void Missing_may_take_the_last_known_value_for_a_while_or_skip_the_vector()
    {
        var b = Some.Feature(Aggregate.Last, "b");
        Entry[] log = [Some.Reading("e", 5) with { Metrics = [("a", 1), ("b", 7)] }, Some.Reading("e", 15, 2), Some.Reading("e", 25, 3), Some.Reading("e", 100)];
        Assert.Equal([7, 7, double.NaN], Some.Vectors(Set(Last, b with { Missing = new MissingPolicy(MissingPolicyKind.Last, 0, 10) }), log).Select(vector => vector.Features[1]));
        var host = new AssemblyHost([Set(Last, b with { Missing = new MissingPolicy(MissingPolicyKind.Skip, 0) })], log);
        Assert.Equal([7], host.RunToEnd().Vectors().Select(vector => vector.Features[1]));
        Assert.Equal((1, 2), (host.Counters().Contributed, host.Counters().Filtered));
    }

    [Fact]
    public void Where_chooses_readings_and_the_rest_is_filtered()
    {
        var host = new AssemblyHost([Set(Some.Feature(Aggregate.Count)) with { Where = "a > 2 and not present(b)" }], [Some.Reading("e", 1, 3), Some.Reading("e", 2, 1), Some.Reading("e", 3, 3) with { Metrics = [("a", 3), ("b", 1)] }, Some.Reading("e", 100, 9)]);
        Assert.Equal(1, host.RunToEnd().Vectors().Single().ReadingCount);
        Assert.Equal(2, host.Counters().Filtered);
    }

    [Fact]
    public void Expressions_know_times_and_what_is_missing()
    {
        var born = new FeatureDefinition { Name = "born", Source = FeatureSource.Attribute, Attribute = "born", IsTime = true, Missing = new MissingPolicy(MissingPolicyKind.Nan, 0) };
        var set = Set(Last, born, Of("age", "(bucket_end - born) / 1s"), Of("odd", "a_last / (a_last - 4)"), Of("known", "present(born)"));
        var log = new Entry[] { Some.Reading("e", 5, 4), new Attributed("e", 7) { From = 12, Values = new() { ["born"] = -980 } }, Some.Reading("e", 15, 8), Some.Reading("e", 100) };
        var vectors = Some.Vectors(set, log);
        Assert.Equal([4, double.NaN, double.NaN, double.NaN, 0], vectors[0].Features);
        Assert.Equal([8, -980, 1, 2, 1], vectors[1].Features);
    }

    [Fact]
    public void Rule_11_what_looks_back_is_revised_when_an_earlier_bucket_is()
    {
        var set = Set(Some.Feature(Aggregate.Sum) with { Over = 20 }) with { ReviseFor = 1000, ReviseEvery = 50 };
        Entry[] log = [Some.Tick(1), Some.Reading("e", 5, 1), Some.Reading("e", 15, 2), Some.Reading("e", 25, 4), Some.Reading("e", 35, 8), Some.Reading("e", 7, 16, ingest: 40), Some.Tick(90)];
        Assert.Equal(
            ["0 #0 1", "10 #0 3", "20 #0 6", "0 #1 17", "10 #1 19"],
            Some.Vectors(set, log).Select(vector => $"{vector.BucketStart} #{vector.Revision} {vector.Features[0]}"));
    }

    [Fact]
    public void Rule_11_attributes_that_come_late_revise_what_they_change_and_nothing_else()
    {
        var feature = new FeatureDefinition { Name = "p", Source = FeatureSource.Attribute, Attribute = "p", Missing = new MissingPolicy(MissingPolicyKind.Constant, 0) };
        var set = Set(Last, feature) with { ReviseFor = 1000, ReviseEvery = 20 };
        Entry[] log = [Some.Tick(1), Some.Reading("e", 5), Some.Reading("e", 15), Some.Reading("e", 25), new Attributed("e", 30) { From = 12, Values = new() { ["p"] = 3 } }, Some.Tick(49), Some.Tick(50), Some.Reading("e", 35)];
        Assert.Equal(["0 #0 0", "10 #0 0", "10 #1 3", "20 #0 3"], Some.Vectors(set, log).Select(vector => $"{vector.BucketStart} #{vector.Revision} {vector.Features[1]}"));
    }

    [Fact]
    public void A_change_of_group_in_the_middle_known_late_is_right_on_both_sides_and_makes_revisions()
    {
        var barn = new FeatureDefinition { Name = "barn", Source = FeatureSource.GroupMetric, Metric = "t", MaxAge = 1000 };
        var set = Set(Last, barn) with { ReviseFor = 1000, ReviseEvery = 20 };
        Entry[] log =
        [
            Some.Tick(1), new Attributed("e", 1) { From = 0, Group = "north" }, Climate("north", 2, 10), Climate("south", 2, 20), Climate("south", 18, 21),
            Some.Reading("e", 5), Some.Reading("e", 15), Some.Reading("e", 25), Some.Reading("e", 35), new Attributed("e", 40) { From = 15, Group = "south" }, Some.Tick(100), Some.Reading("e", 45),
        ];
        Assert.Equal(
            ["0 #0 10", "10 #0 10", "20 #0 10", "10 #1 21", "20 #1 21", "30 #0 21"],
            Some.Vectors(set, log).Select(vector => $"{vector.BucketStart} #{vector.Revision} {vector.Features[1]}"));
    }

    [Fact]
    public void A_groups_reading_is_joined_as_of_the_buckets_end_if_it_is_not_too_old()
    {
        var barn = new FeatureDefinition { Name = "barn", Source = FeatureSource.GroupMetric, Metric = "t", MaxAge = 20 };
        var vectors = Some.Vectors(
            Set(Last, barn), new Attributed("e", 1) { From = 0, Group = "north" }, Climate("north", 2, 10), Climate("north", 9, 11), Climate("north", 10, 12), Some.Reading("e", 5), Some.Reading("e", 15), Some.Reading("e", 25), Some.Reading("e", 35), Some.Reading("e", 100));
        Assert.Equal([11, 12, 12, double.NaN], vectors.Select(vector => vector.Features[1]));
    }

    [Fact]
    public void Emit_complete_waits_for_what_is_joined_and_leaves_when_it_comes()
    {
        var feature = new FeatureDefinition { Name = "p", Source = FeatureSource.Attribute, Attribute = "p" };
        var set = Set(Last, feature) with { Emit = EmitMode.Complete };
        Entry[] log = [Some.Reading("e", 5)];
        Assert.Empty(AssemblyHost.Run([set], log));
        Assert.Equal(CloseReason.Complete, Some.Vectors(set, [.. log, new Attributed("e", 6) { From = 0, Values = new() { ["p"] = 1 } }]).Single().CloseReason);
    }

    private static FeatureDefinition Of(string name, string expression) =>
        new() { Name = name, Source = FeatureSource.Expression, Expression = expression, Missing = new MissingPolicy(MissingPolicyKind.Nan, 0) };

    private static Sensed Climate(string group, long time, double value) => new() { Entity = group, Time = time, Ingest = time, Metrics = [("t", value)], Group = true, Copy = true };

    private static FeatureSetDefinition Set(params FeatureDefinition[] features) => Some.Set() with { Features = features };

    private static double[] First(FeatureDefinition[] features, params Entry[] log) => Some.Vectors(Set(features), [.. log, Some.Reading("e", 100)])[0].Features;
}
