using System.Text;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Models.Deployments;
using Streaming.Testing;

namespace Streaming.Driver.Tests;

public sealed class PipelineDriverTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Metrics = ["temperature", "humidity", "light", "co2", "humidity_ratio"];

    [Fact]
    public void Readings_become_vectors_and_vectors_predictions_of_the_samples_model()
    {
        using var driver = Occupancy(partitions: 4);
        driver.Send(Reading("room", [23.18, 27.272, 426, 721.25, 0.00479]));
        driver.Send(Reading("cellar", [20, 20, 0, 450, 0.003]));

        var predictions = driver.TakePredictions().ToDictionary(prediction => prediction.EntityId);
        Assert.Equal("1", predictions["room"].Label);
        Assert.Equal("0", predictions["cellar"].Label);
        Assert.Equal("driver", predictions["room"].PipelineVersion);
        Assert.Equal([23.18, 27.272, 426, 721.25, 0.00479], driver.TakeVectors().Single(vector => vector.EntityId == "room").Features);
        Assert.Empty(driver.TakePredictions());
    }

    [Fact]
    public void How_many_partitions_there_are_changes_only_where_vectors_come_from()
    {
        var ran = new[] { 1, 7 }.Select(partitions =>
        {
            using var driver = Occupancy(partitions);
            var random = new Random(7);
            for (var i = 0; i < 2_000; i++)
            {
                driver.Send(Reading($"room-{random.Next(20)}", [.. Metrics.Select(_ => random.NextDouble())], Start.AddSeconds((i * 3) - random.Next(90))));
                driver.AdvanceTo(Start.AddSeconds(i * 3));
            }

            Assert.True(driver.TakeLate().Count > 100);
            return driver.TakeVectors().Select(vector => AvroCodec.ToBody(vector with { InputPartition = 0, FirstOffset = 0, LastOffset = 0 })).Select(Convert.ToHexString).Order(StringComparer.Ordinal).ToList();
        }).ToList();
        Assert.True(ran[0].Count > 1_000, $"only {ran[0].Count} vectors");
        Assert.Equal(ran[0], ran[1]);
    }

    [Fact]
    public void Log_time_is_the_clock()
    {
        using var driver = Occupancy(partitions: 2);
        Assert.Null(driver.LogTime(1));
        driver.Advance(TimeSpan.Zero);
        Assert.Equal(Start.ToUnixTimeMilliseconds(), driver.LogTime(1));
        driver.Advance(TimeSpan.FromHours(1));
        Assert.Equal((Start.AddHours(1), Start.AddHours(1).ToUnixTimeMilliseconds()), (driver.Now, driver.LogTime(0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => driver.AdvanceTo(Start));
    }

    [Fact]
    public void What_a_stage_refuses_is_there_with_its_reason_and_bytes()
    {
        using var driver = Occupancy(partitions: 1);
        byte[] broken = [9, 8, 7];
        driver.Send(Topics.SensorRaw, null, broken);
        driver.Send(Reading("room", [1, 2, 3, 4, 5], Start.AddMinutes(6)));
        driver.Send(Reading("room", [double.NaN, 2, 3, 4, 5]));
        Assert.Equal(
            [("SensorIngest", DeadLetterReason.NotFramed), ("SensorIngest", DeadLetterReason.TimeInFuture), ("SensorIngest", DeadLetterReason.NotFinite)],
            driver.TakeRefused().Select(refused => (refused.Stage, refused.Reason)));
        Assert.Empty(driver.TakeVectors());
    }

    [Fact]
    public void A_record_of_a_devices_own_schema_is_read_by_it()
    {
        using var driver = Occupancy(partitions: 1);
        var own = driver.Register("""{"type":"record","name":"SensorReading","namespace":"streaming","fields":[{"name":"metrics","type":{"type":"map","values":"float"}},{"name":"event_time","type":"long"},{"name":"entity_id","type":"string"}]}""");
        var buffer = new AvroBuffer();
        ConfluentFraming.Write(buffer, own);
        var writer = new AvroWriter(buffer);
        writer.WriteBlock(5);
        foreach (var metric in Metrics)
        {
            writer.WriteString(metric);
            writer.WriteFloat(1.5f);
        }

        writer.WriteEnd();
        writer.WriteLong(Start.ToUnixTimeMilliseconds());
        writer.WriteString("room");
        driver.Send(Topics.SensorRaw, Encoding.UTF8.GetBytes("any"), buffer.WrittenSpan.ToArray());
        Assert.Equal([1.5, 1.5, 1.5, 1.5, 1.5], Assert.Single(driver.TakeVectors()).Features);
    }

    [Fact]
    public void Attributes_and_group_readings_reach_every_partition()
    {
        var problems = new Streaming.Yaml.YamlProblems("f.yaml");
        var set = FeatureSetFile.Parse("name: s\nversion: 1\nbucket: 1m\nfeatures:\n- { name: own, metric: t, aggregate: last }\n- { name: barn, metric: t, of: group }\n- { name: parity, attribute: parity }\n", problems)!;
        using var driver = new PipelineDriver(new PipelineDriverOptions { FeatureSets = [set], Start = Start, Partitions = 5 });
        for (var cow = 0; cow < 10; cow++)
        {
            driver.Send(new EntityAttributes { EntityId = $"cow-{cow}", ValidFrom = 0, GroupId = "north", Attributes = new Dictionary<string, double> { ["parity"] = cow } });
            driver.Send(new SensorReading { EntityId = $"cow-{cow}", EventTime = Start.ToUnixTimeMilliseconds(), Metrics = new Dictionary<string, double> { ["t"] = 38 } });
        }

        driver.Send(new SensorReading { EntityId = "north", Scope = Scope.Group, EventTime = Start.ToUnixTimeMilliseconds(), Metrics = new Dictionary<string, double> { ["t"] = 12 } });
        driver.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(Enumerable.Range(0, 10).Select(cow => $"cow-{cow}: 38 12 {cow}"), driver.TakeVectors().Select(vector => $"{vector.EntityId}: {string.Join(' ', vector.Features)}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_topic_that_no_stage_reads_and_a_place_that_is_none_are_refused()
    {
        using var driver = Occupancy(partitions: 2);
        Assert.Contains("No stage", Assert.Throws<ArgumentException>(() => driver.Send(Topics.Labels, null, [0])).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => driver.Send(Topics.SensorRaw, null, [0], partition: 2));
        driver.Send(Topics.SensorRaw, null, [0], partition: 1, offset: 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => driver.Send(Topics.SensorRaw, null, [0], partition: 1, offset: 5));
    }

    private static PipelineDriver Occupancy(int partitions)
    {
        var sample = Repository.PathOf("deploy", "samples", "occupancy");
        return new PipelineDriver(new PipelineDriverOptions
        {
            FeatureSets = FeatureSetDirectory.Load(Path.Combine(sample, "features")),
            Models = DeployedModels.FromDirectory(Path.Combine(sample, "models")).Of(Stage.Production),
            Partitions = partitions,
            Start = Start,
        });
    }

    private static SensorReading Reading(string entity, double[] values, DateTimeOffset? time = null) => new()
    {
        EntityId = entity,
        EventTime = (time ?? Start).ToUnixTimeMilliseconds(),
        Metrics = Metrics.Zip(values).ToDictionary(metric => metric.First, metric => metric.Second),
    };
}
