using System.Text;
using System.Text.Json;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.History.Cassandra;
using Streaming.History.Queries;
using Streaming.Kafka;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;

namespace Streaming.Pipeline.Tests;

/// <summary>Groups whose members are spread over partitions, on a real cluster, with both services killed on the way, against a recomputation from what was published.</summary>
public sealed class GroupsOnKafkaTests(KafkaServer kafka, RegistryServer registry, CassandraServer cassandra)
{
    private const int Cows = 18;
    private const int Buckets = 12;
    private const long Bucket = 60_000;
    private const double Near = 1e-9;
    private static readonly long Start = new DateTimeOffset(2026, 1, 31, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(240);

    private readonly List<SensorReading> _readings = [];
    private readonly List<EntityAttributes> _moves = [];

    [Fact]
    public async Task Killed_in_the_middle_every_member_has_what_all_readings_together_say_of_its_group()
    {
        var features = Directory.CreateTempSubdirectory("streaming-groups-");
        File.Copy(Path.Combine(AppContext.BaseDirectory, "FeatureSets", "barns.yaml"), Path.Combine(features.FullName, "barns.yaml"));
        await using var chain = await TestChain.PrepareAsync(kafka, registry, features.FullName);
        ServiceInstance[] services = [chain.Start("SensorIngest"), chain.Start("FeatureAssembly")];
        await chain.ReadyAsync();
        Plan();

        using var producer = chain.Producer();
        var (readings, attributes) = (await chain.SchemaIdAsync(Topics.SensorRaw), await chain.SchemaIdAsync(Topics.EntityAttributes));
        foreach (var move in _moves.Where(move => move.ValidFrom == Start))
        {
            await producer.ProduceAsync(chain.NameOf(Topics.EntityAttributes), Message(move.EntityId, move, attributes));
        }

        var half = _readings.Count / 2;
        Send(_readings.Take(half));
        await chain.UntilAsync(Topics.GroupFeatures, 1);
        foreach (var service in services)
        {
            await service.CrashAsync();
        }

        // A cow that was moved in the middle is known to have been only now: what was said of the hours since is wrong on both sides.
        foreach (var move in _moves.Where(move => move.ValidFrom != Start))
        {
            await producer.ProduceAsync(chain.NameOf(Topics.EntityAttributes), Message(move.EntityId, move, attributes));
        }

        foreach (var service in services)
        {
            await service.RestartAsync();
        }

        await chain.ReadyAsync();
        Send(_readings.Skip(half));
        await services[1].CrashAsync();
        await services[1].RestartAsync();
        await services[0].CrashAsync();
        await services[0].RestartAsync();
        await chain.ReadyAsync();

        await AgreeAsync(chain);
        Assert.Equal(0, chain.Observer.Count(Topics.DeadLetters));
        await AssertCopiedOnceAsync(chain);
        await BackfillAsync(chain);
        await RefuseWithoutAppendTimesAsync(chain);
        features.Delete(recursive: true);

        void Send(IEnumerable<SensorReading> some)
        {
            foreach (var reading in some)
            {
                producer.Produce(chain.NameOf(Topics.SensorRaw), Message(reading.EntityId, reading, readings));
            }

            producer.Flush(Patience);
        }
    }

    private void Plan()
    {
        var random = new Random(7);
        for (var cow = 0; cow < Cows; cow++)
        {
            _moves.Add(new EntityAttributes { EntityId = $"cow-{cow}", ValidFrom = Start, GroupId = $"barn-{cow % 3}" });
            if (cow % 4 == 0)
            {
                _moves.Add(new EntityAttributes { EntityId = $"cow-{cow}", ValidFrom = Start + (4 * Bucket) + 30_000, GroupId = cow % 8 == 0 ? "" : $"barn-{(cow + 1) % 3}" });
            }
        }

        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            for (var i = 0; i < 4; i++)
            {
                _readings.AddRange(Enumerable.Range(0, Cows).Where(cow => random.Next(5) > 0).Select(cow => new SensorReading
                {
                    EntityId = $"cow-{cow}",
                    EventTime = Start + (bucket * Bucket) + (i * 15_000) + random.Next(15_000),
                    Metrics = new Dictionary<string, double> { ["temperature"] = 38 + random.NextDouble() },
                    Sequence = _readings.Count + cow,
                }));
            }
        }
    }

    /// <summary>Everything gathered has left when the highest revisions are right: revisions go on until then, and then there are no more.</summary>
    private async Task AgreeAsync(TestChain chain)
    {
        var expected = Expected();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var vectors = await chain.ReadAsync(Topics.FeatureVectors);
            Assert.Equal(vectors.Count, vectors.Select(vector => (Text(vector, "entity_id"), vector.GetProperty("bucket_start").GetInt64(), vector.GetProperty("revision").GetInt32())).Distinct().Count());
            var last = vectors.GroupBy(vector => (Text(vector, "entity_id"), vector.GetProperty("bucket_start").GetInt64()))
                .ToDictionary(bucket => bucket.Key, bucket => Values(bucket.MaxBy(vector => vector.GetProperty("revision").GetInt32())));
            var wrong = Wrong(expected, last);
            if (wrong.Count == 0)
            {
                Assert.Equal(expected.Count, last.Count);
                Assert.Contains(vectors, vector => vector.GetProperty("revision").GetInt32() > 0);
                return;
            }

            Assert.True(clock.Elapsed < Patience, $"{wrong.Count} of {expected.Count} are wrong, the first {wrong[0].Key}: {string.Join(" ", wrong[0].Value)} is expected, "
                + $"{(last.TryGetValue(wrong[0].Key, out var found) ? string.Join(" ", found) : "none")} came.\n{string.Join('\n', chain.Services.Select(service => service.Process.Output))}");
            await Task.Delay(500);
        }
    }

    private static List<KeyValuePair<(string, long), double[]>> Wrong(Dictionary<(string, long), double[]> expected, Dictionary<(string, long), double[]> last) =>
        [.. expected.Where(one => !last.TryGetValue(one.Key, out var values) || !values.Zip(one.Value).All(pair => double.IsNaN(pair.Second) ? double.IsNaN(pair.First) : Math.Abs(pair.First - pair.Second) < Near))];

    /// <summary>A version that has not run, of whose members the log has nothing: it gives what all readings together say too, killed or not, in a topic and in the history.</summary>
    private async Task BackfillAsync(TestChain chain)
    {
        var file = chain.FileFor("barns-2.yaml");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "FeatureSets", "barns.yaml"))).Replace("version: 1", "version: 2", StringComparison.Ordinal));
        string[] replay = ["replay", "--from", $"{Start}", "--to", $"{Start + (Buckets * Bucket)}", "--definition", file];
        var (killed, job) = await chain.StartJobAsync([.. replay, "--to-topic", "barns.vectors", "--rate", "100"]);
        await using var ending = killed;
        await killed.UntilWrittenAsync(() => Task.FromResult(Replayed().Count));
        await killed.CrashAsync();
        var before = Replayed().Count;
        await chain.JsonAsync(0, "replay", "--resume", job, "--definition", file);

        var replayed = Replayed();
        Assert.InRange(before, 1, replayed.Count - 1);
        Assert.Equal(replayed.Count, replayed.Select(vector => (vector.EntityId, vector.BucketStart, vector.Revision)).Distinct().Count());
        var last = replayed.GroupBy(vector => (vector.EntityId, vector.BucketStart)).ToDictionary(bucket => bucket.Key, bucket => bucket.MaxBy(vector => vector.Revision)!.Features);
        var expected = Expected();
        Assert.Empty(Wrong(expected, last));
        Assert.Equal(expected.Count, last.Count);

        var place = new CassandraHistoryOptions { ContactPoints = await cassandra.StartAsync(), Keyspace = CassandraServer.Unique("barns")[..36], Migrate = true, RequestTimeout = TimeSpan.FromSeconds(30) };
        await using var history = await CassandraHistory.OpenAsync(place);
        await chain.JsonAsync(0, [.. replay, "--into-history", "--cassandra", place.ContactPoints, "--keyspace", place.Keyspace]);
        var rows = await history.VectorsAsync(new VectorQuery { FeatureSet = "barns", FeatureSetVersion = 2, Revisions = Revisions.All }).ToListAsync();
        Assert.All(rows, row => Assert.Equal("backfill", row.CloseReason));
        Assert.Equal(
            replayed.Select(vector => Content(vector.EntityId, vector.BucketStart, vector.Revision, vector.LastOffset, vector.Features)).Order(StringComparer.Ordinal),
            rows.Select(row => Content(row.EntityId, row.BucketStart, row.Revision, row.LastOffset, row.Features.ToArray())).Order(StringComparer.Ordinal));

        List<FeatureVector> Replayed() => [.. RawTopic.Read(chain.Kafka, chain.Kafka.TopicPrefix + "barns.vectors").Values.SelectMany(partition => partition).Select(value =>
        {
            Assert.Equal(AvroStatus.Ok, AvroCodec.TryDecode<FeatureVector>(value.AsSpan(ConfluentFraming.HeaderLength), AvroLimits.Default, out var vector));
            return vector!;
        })];

        static string Content(string entity, long start, int revision, long last, double[] features) => $"{entity} {start} {revision} {last} {string.Join(' ', features.Select(BitConverter.DoubleToInt64Bits))}";
    }

    /// <summary>Somebody lets writers stamp the log.</summary>
    private static async Task RefuseWithoutAppendTimesAsync(TestChain chain)
    {
        var topic = chain.NameOf(Topics.SensorReadings);
        using (var admin = new AdminClientBuilder(chain.Kafka.ForClient("settings").ToDictionary()).Build())
        using (var ranges = new TopicAdmin(chain.Kafka))
        {
            var setting = new ConfigEntry { Name = "message.timestamp.type", Value = "CreateTime", IncrementalOperation = AlterConfigOpType.Set };
            await admin.IncrementalAlterConfigsAsync(new() { [new ConfigResource { Type = ResourceType.Topic, Name = topic }] = [setting] });
            var (before, clock) = (await ranges.RangesAsync(topic), System.Diagnostics.Stopwatch.StartNew());
            while ((await ranges.RangesAsync(topic)).Sum(range => range.End) < before.Sum(range => range.End + 4))
            {
                Assert.True(clock.Elapsed < Patience, "No ticks come any more.");
                await Task.Delay(200);
            }
        }

        var file = chain.FileFor("barns-3.yaml");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(chain.FileFor("barns-2.yaml"))).Replace("version: 2", "version: 3", StringComparison.Ordinal));
        Assert.Contains("has no append time at offset", await chain.RunAsync(78, "replay", "--from", $"{Start}", "--to", $"{Start + Bucket}", "--definition", file, "--to-topic", "unstamped.vectors", "--dry-run"), StringComparison.Ordinal);
    }

    private Dictionary<(string, long), double[]> Expected()
    {
        var own = _readings.GroupBy(reading => (reading.EntityId, Start: reading.EventTime / Bucket * Bucket)).ToDictionary(bucket => bucket.Key, bucket => bucket.Average(reading => reading.Metrics["temperature"]));
        return own.ToDictionary(one => one.Key, one =>
        {
            var group = GroupAt(one.Key.EntityId, one.Key.Start + Bucket);
            if (group.Length == 0)
            {
                return [one.Value, double.NaN, double.NaN, double.NaN, double.NaN];
            }

            var members = own.Where(other => other.Key.Start == one.Key.Start && GroupAt(other.Key.EntityId, one.Key.Start + Bucket) == group).Select(other => other.Value).ToList();
            var mean = members.Average();
            return new[] { one.Value, mean, members.Count, members.Max(), members.Count < 2 ? double.NaN : Math.Sqrt(members.Sum(member => (member - mean) * (member - mean)) / (members.Count - 1)) };
        });
    }

    private string GroupAt(string cow, long end) => _moves.Where(move => move.EntityId == cow && move.ValidFrom < end).MaxBy(move => move.ValidFrom)!.GroupId!;

    /// <summary>What was said once is in every partition once, whatever was killed.</summary>
    private static async Task AssertCopiedOnceAsync(TestChain chain)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        IReadOnlyList<JsonElement> said = [];
        List<IGrouping<(int, long), JsonElement>> copies = [];
        do
        {
            Assert.True(clock.Elapsed < Patience, $"{said.Count} records of members were copied as {copies.Count}.");
            said = await chain.ReadAsync(Topics.GroupFeatures);
            copies = (await chain.ReadAsync(Topics.SensorReadings)).Where(record => record.TryGetProperty("member_id", out _))
                .GroupBy(record => (record.GetProperty("source_partition").GetInt32(), record.GetProperty("source_offset").GetInt64())).ToList();
        }
        while (copies.Count != said.Count || copies.Exists(copy => copy.Count() != copies[0].Count()));

        Assert.True(said.Select(one => Text(one, "member_id")).Distinct().Count() == Cows);
        var partitions = copies[0].Count();
        Assert.True(partitions >= 2, $"sensor.readings has {partitions} partitions.");
        Assert.All(copies, copy => Assert.Equal(partitions, copy.Count()));
    }

    private static Message<byte[]?, byte[]?> Message<T>(string key, T value, int schema)
        where T : class, IAvroRecord<T> => new() { Key = Encoding.UTF8.GetBytes(key), Value = AvroCodec.ToFramed(value, schema) };

    private static double[] Values(JsonElement vector) => [.. vector.GetProperty("features").EnumerateArray().Select(value => HexDouble.Parse(value.GetString()!))];

    private static string Text(JsonElement record, string name) => record.GetProperty(name).ToString();
}
