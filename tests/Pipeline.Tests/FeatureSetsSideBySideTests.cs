using System.Text.Json;
using Streaming.Contracts;
using Streaming.Local.Sample;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests;

/// <summary>Two feature sets over the same readings, everything restarted in the middle of a bucket, against a recomputation from what was published.</summary>
public sealed class FeatureSetsSideBySideTests(KafkaServer kafka, RegistryServer registry)
{
    private const long Bucket = 600_000;
    private const long Grace = 60_000;
    private const double Relative = 1e-9;
    private const int Rows = 12_417;

    private static readonly IReadOnlyList<SampleStep> Plan = SamplePlan.Make(TestChain.SampleFolder("data"));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restarted_in_the_middle_of_a_bucket_both_sets_are_as_recomputed(bool killed)
    {
        var features = Directory.CreateTempSubdirectory("streaming-sets-");
        File.Copy(Path.Combine(TestChain.SampleFolder("features"), "occupancy.yaml"), Path.Combine(features.FullName, "occupancy.yaml"));
        File.Copy(Path.Combine(AppContext.BaseDirectory, "FeatureSets", "rooms.yaml"), Path.Combine(features.FullName, "rooms.yaml"));
        await using var chain = await TestChain.PrepareAsync(kafka, registry, features.FullName);
        await chain.StartAsync(ofEach: 1);

        var (first, second) = (Plan.Take(Plan.Count / 2).ToArray(), Plan.Skip(Plan.Count / 2).ToArray());
        AssertCutsBuckets(first, second);
        await chain.PublishAsync(first);
        await chain.DrainAsync();
        foreach (var service in chain.Services)
        {
            await (killed ? service.CrashAsync() : service.StopAsync());
        }

        foreach (var service in chain.Services)
        {
            await service.RestartAsync();
        }

        await chain.ReadyAsync();
        await chain.PublishAsync(second);
        await chain.DrainAsync();

        var vectors = await chain.ReadAsync(Topics.FeatureVectors);
        Assert.Equal(Rows, vectors.Count(vector => Text(vector, "feature_set") == "occupancy"));
        Assert.Equal(Rows, (await chain.ReadAsync(Topics.Predictions)).Count);
        AssertRooms([.. vectors.Where(vector => Text(vector, "feature_set") == "rooms")]);
        await DriverComparison.AssertSameAsync(chain, features.FullName);
        features.Delete(recursive: true);
    }

    // The cut is worth something only if readings of one bucket lie on both of its sides.
    private static void AssertCutsBuckets(IEnumerable<SampleStep> first, IEnumerable<SampleStep> second)
    {
        static IEnumerable<(string Room, long Bucket)> Buckets(IEnumerable<SampleStep> steps) =>
            steps.SelectMany(step => step.Readings.Select(reading => (reading.EntityId, reading.EventTime / Bucket)));
        Assert.NotEmpty(Buckets(first).Intersect(Buckets(second)));
    }

    private static void AssertRooms(IReadOnlyList<JsonElement> vectors)
    {
        var found = vectors.ToDictionary(vector => (Text(vector, "entity_id"), vector.GetProperty("bucket_start").GetInt64()));
        Assert.Equal(vectors.Count, found.Count);
        var expected = 0;
        foreach (var room in SamplePlan.Rooms)
        {
            var readings = Plan.SelectMany(step => step.Readings).Where(reading => reading.EntityId == room).ToArray();
            var watermark = readings.Max(reading => reading.EventTime);
            foreach (var bucket in readings.GroupBy(reading => reading.EventTime / Bucket * Bucket).Where(bucket => bucket.Key + Bucket + Grace <= watermark))
            {
                expected++;
                var vector = found[(room, bucket.Key)];
                Assert.Equal("watermark", Text(vector, "close_reason"));
                Assert.Equal(0, vector.GetProperty("revision").GetInt32());
                Assert.Equal(0, vector.GetProperty("late_count").GetInt32());
                var values = vector.GetProperty("features").EnumerateArray().Select(value => HexDouble.Parse(value.GetString()!)).ToArray();
                AssertValues(bucket, values);
            }
        }

        Assert.Equal(expected, found.Count);
        Assert.True(expected > 1000, $"Only {expected} buckets were closed.");
    }

    private static void AssertValues(IEnumerable<SensorReading> bucket, double[] values)
    {
        double[] Of(string metric) => [.. bucket.Where(reading => reading.Metrics.ContainsKey(metric)).OrderBy(reading => reading.EventTime).Select(reading => reading.Metrics[metric])];
        var co2 = Of("co2");
        var mean = co2.Average();
        double[] expected =
        [
            co2.Length, mean, co2.Min(), co2.Max(), co2[0], co2[^1],
            co2.Length < 2 ? double.NaN : Math.Sqrt(co2.Sum(value => (value - mean) * (value - mean)) / (co2.Length - 1)),
            Of("light").Average(),
        ];
        for (var feature = 0; feature < expected.Length; feature++)
        {
            if (double.IsNaN(expected[feature]))
            {
                Assert.True(double.IsNaN(values[feature]));
                continue;
            }

            var allowed = Math.Max(1, Math.Abs(expected[feature])) * Relative;
            Assert.InRange(values[feature], expected[feature] - allowed, expected[feature] + allowed);
        }
    }

    private static string Text(JsonElement record, string name) => record.GetProperty(name).ToString();
}
