using Streaming.Contracts;
using Streaming.Features.Tests.Support;

namespace Streaming.Features.Tests.Reference;

/// <summary>What the reference says must come out, in order: a vector, or a late reading.</summary>
internal sealed record Expected(
    bool IsLate, string Set, string Entity, long Start, int Revision, CloseReason Reason, int Readings, int Late, long First, long Last, double[] Values, int[] Missing, double Completeness, long Lateness)
{
    /// <summary>What a member says to its group; null where something else is expected.</summary>
    public Said? Said { get; init; }

    public static Expected SaidBy(string set, Said said) => LateReading(set, said.Member, said.Start, 0) with { Said = said };

    public static Expected LateReading(string set, string entity, long start, long lateness) =>
        new(true, set, entity, start, 0, default, 0, 0, 0, 0, [], [], 0, lateness);

    /// <summary>Compares with what came out; only numbers that are computed may differ, and only by rounding.</summary>
    public void AssertIs(Given given)
    {
        if (Said is not null)
        {
            var said = given.Said();
            Assert.Equal(
                (Set, Said.Hash, Said.Member, Said.Group, Said.Start, Said.Revision),
                ($"{said.FeatureSet}:{said.FeatureSetVersion}", said.FeatureSetHash, said.MemberId, said.GroupId, said.BucketStart, said.Revision));
            Assert.Equal(Said.Values.Select(value => value.Name), said.Features.Keys);
            Assert.All(Said.Values, value => Assert.Equal(value.Value, said.Features[value.Name], 1e-9 * Math.Max(1, Math.Abs(value.Value))));
            return;
        }

        if (IsLate)
        {
            Assert.Equal(
                (Set, Entity, Start, Lateness),
                (given.Header("feature_set"), given.Late().Reading.EntityId, long.Parse(given.Header("bucket_start")), long.Parse(given.Header("lateness_ms"))));
            return;
        }

        var vector = given.Vector();
        Assert.Equal(
            (Set, Entity, Start, Revision, Reason, Readings, Late, First, Last),
            ($"{vector.FeatureSet}:{vector.FeatureSetVersion}", vector.EntityId, vector.BucketStart, vector.Revision, vector.CloseReason, vector.ReadingCount, vector.LateCount, vector.FirstOffset, vector.LastOffset));
        Assert.Equal(Missing, vector.Missing);
        Assert.Equal(Completeness, vector.Completeness, 1e-12);
        Assert.Equal(Values.Length, vector.Features.Length);
        for (var i = 0; i < Values.Length; i++)
        {
            Assert.True(double.IsNaN(Values[i]) ? double.IsNaN(vector.Features[i]) : Math.Abs(Values[i] - vector.Features[i]) <= 1e-9 * Math.Max(1, Math.Abs(Values[i])), $"feature {i}: expected {Values[i]}, came {vector.Features[i]}");
        }
    }
}
