using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Features.Replay;
using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Laws;

/// <summary>What was served is compared with what the log gives: every difference is found, and nothing else.</summary>
public sealed class VerifyLaws
{
    [Fact]
    public void What_was_served_untouched_is_the_same_in_whatever_order_both_come()
    {
        Cases.Check(300, random =>
        {
            var (sets, log) = (RandomWorld.Sets(random, bounded: false), RandomWorld.Log(random));
            var (served, computed) = (AssemblyHost.Run(sets, log).Vectors(), AssemblyHost.Run(sets, log).Vectors().ToArray());
            random.Shuffle(computed);
            var comparison = Compare(random, sets, served, computed);
            Assert.True(comparison.IsSame);
            Assert.Empty(comparison.Examples);
            Assert.Equal((served.Count, served.Count), (comparison.Served, comparison.Computed));
            Assert.Equal(served.Count, comparison.Sets.Sum(set => set.Same));
        });
    }

    [Fact]
    public void A_value_that_was_changed_a_vector_that_was_dropped_and_one_that_was_added_are_found_exactly()
    {
        var found = 0;
        Cases.Check(500, random =>
        {
            var (sets, log) = (RandomWorld.Sets(random, bounded: false), RandomWorld.Log(random, length: 100));
            var (served, computed) = (AssemblyHost.Run(sets, log).Vectors(), AssemblyHost.Run(sets, log).Vectors());
            if (served.Count < 4)
            {
                return;
            }

            found++;
            var changed = random.Next(1, served.Count);
            var position = random.Next(served[changed].Features.Length);
            var isMissing = served[changed].Missing.Contains(position);
            served[changed].Features[position] = served[changed].Features[position] is var value && double.IsNaN(value) ? 1 : Math.BitIncrement(value);
            var added = AssemblyHost.Run(sets, log).Vectors()[0];
            var again = Copy(added, added.BucketEnd + 1_000_000);
            var dropped = served[0];
            var tampered = served.Skip(1).Append(again).ToArray();
            random.Shuffle(tampered);

            var comparison = Compare(random, sets, tampered, computed);
            Assert.False(comparison.IsSame);
            Assert.Equal((1, 1, 1), (comparison.Sets.Sum(set => set.Different), comparison.Sets.Sum(set => set.Missing), comparison.Sets.Sum(set => set.Extra)));
            var different = comparison.Examples.Single(example => example.Kind == DifferenceKind.Different);
            Assert.Equal((served[changed].EntityId, served[changed].BucketStart, served[changed].Revision), (different.EntityId, different.BucketStart, different.Revision));
            var feature = comparison.Sets.SelectMany(set => set.Features).Single(one => one.Different + one.Missing + one.Extra > 0);
            Assert.Equal(feature.Name, Assert.Single(different.Fields).Name);
            Assert.Equal(1, feature.Different);
            Assert.Equal(isMissing, different.Fields[0].Served.StartsWith("missing", StringComparison.Ordinal));
            var missing = comparison.Examples.Single(example => example.Kind == DifferenceKind.Missing);
            Assert.Equal((dropped.EntityId, dropped.BucketStart, dropped.Revision), (missing.EntityId, missing.BucketStart, missing.Revision));
            Assert.Equal(again.BucketStart, comparison.Examples.Single(example => example.Kind == DifferenceKind.Extra).BucketStart);
        });
        Assert.True(found > 300, $"Only {found} cases had vectors enough.");
    }

    [Fact]
    public void A_vector_that_is_there_twice_is_one_too_many_and_one_that_live_work_has_not_reached_is_no_difference()
    {
        var set = Some.Set();
        var vectors = Some.Vectors(set, Some.Reading("e", 1000), Some.Reading("e", 1011), Some.Reading("e", 1021));
        Assert.Equal(2, vectors.Count);
        var comparison = new VectorComparison([set], 10);
        comparison.AddServed(vectors[0]);
        comparison.AddServed(vectors[0]);
        comparison.AddComputed(vectors[0], mayLack: false);
        comparison.AddComputed(vectors[1], mayLack: true);
        comparison.Finish();
        var result = Assert.Single(comparison.Sets);
        Assert.Equal((1, 0, 1, 1), (result.Same, result.Missing, result.Extra, result.NotYetServed));
    }

    [Fact]
    public void A_feature_that_was_served_as_missing_or_should_have_been_is_counted_by_its_name()
    {
        var set = Some.Set();
        var (served, computed) = (Some.Vectors(set, Some.Reading("e", 1000), Some.Reading("e", 1011))[0], Some.Vectors(set, Some.Reading("e", 1000), Some.Reading("e", 1011))[0]);
        var comparison = new VectorComparison([set], 10);
        comparison.AddServed(Copy(served, served.BucketStart, missing: [1], lateCount: 4));
        comparison.AddComputed(computed, mayLack: false);
        comparison.Finish();
        var result = comparison.Sets[0];
        Assert.Equal((0, 1, 0), (result.Features[1].Different, result.Features[1].Missing, result.Features[1].Extra));
        Assert.Equal("late_count", Assert.Single(result.Fields).Key);
        Assert.Equal(["a_last", "late_count"], comparison.Examples[0].Fields.Select(field => field.Name));
    }

    private static VectorComparison Compare(Random random, IReadOnlyList<FeatureSetDefinition> sets, IReadOnlyList<FeatureVector> served, IReadOnlyList<FeatureVector> computed)
    {
        var comparison = new VectorComparison(sets, 10);
        for (var (left, right) = (0, 0); left < served.Count || right < computed.Count;)
        {
            if (right == computed.Count || (left < served.Count && random.Chance(0.5)))
            {
                comparison.AddServed(served[left++]);
            }
            else
            {
                comparison.AddComputed(computed[right++], mayLack: false);
            }
        }

        comparison.Finish();
        return comparison;
    }

    private static FeatureVector Copy(FeatureVector vector, long bucketStart, int[]? missing = null, int? lateCount = null) => new()
    {
        EntityId = vector.EntityId,
        BucketStart = bucketStart,
        BucketEnd = vector.BucketEnd,
        FeatureSet = vector.FeatureSet,
        FeatureSetVersion = vector.FeatureSetVersion,
        FeatureSetHash = vector.FeatureSetHash,
        Revision = vector.Revision,
        Features = vector.Features,
        Missing = missing ?? vector.Missing,
        ReadingCount = vector.ReadingCount,
        LateCount = lateCount ?? vector.LateCount,
        Completeness = vector.Completeness,
        CloseReason = vector.CloseReason,
        InputPartition = vector.InputPartition,
        FirstOffset = vector.FirstOffset,
        LastOffset = vector.LastOffset,
    };
}
