using System.Globalization;
using System.Text.Json;
using Confluent.Kafka;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.History.Sqlite;
using Streaming.Kafka;
using Streaming.Local.Sample;
using Streaming.Pipeline.Tests.Chain;
using Streaming.Testing;
using Streaming.Yaml;

namespace Streaming.Pipeline.Tests;

/// <summary>What was served is computed once more beside live work: into a topic, into the history, to compare. Killed in the middle, it goes on.</summary>
public sealed class ReplayTests(KafkaServer kafka, RegistryServer registry)
{
    private const string Target = "replayed.vectors";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly IReadOnlyList<SampleStep> Plan = SamplePlan.Make(TestChain.SampleFolder("data"));

    [Fact]
    public async Task A_replay_and_a_backfill_that_are_killed_give_to_the_byte_what_was_served_while_live_work_goes_on()
    {
        var features = Directory.CreateTempSubdirectory("streaming-replay-");
        File.Copy(Path.Combine(TestChain.SampleFolder("features"), "occupancy.yaml"), Path.Combine(features.FullName, "occupancy.yaml"));
        var rooms = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "FeatureSets", "rooms.yaml"));
        await File.WriteAllTextAsync(Path.Combine(features.FullName, "rooms.yaml"), rooms);
        await using var chain = await TestChain.PrepareAsync(kafka, registry, features.FullName);
        await chain.StartAsync(ofEach: 1);
        var (first, second) = (Plan.Take(Plan.Count / 4).ToArray(), Plan.Skip(Plan.Count / 4).Take(Plan.Count / 16).ToArray());
        await chain.PublishAsync(first);
        await chain.DrainAsync();
        var times = first.SelectMany(step => step.Readings.Select(reading => reading.EventTime)).ToArray();
        var range = (From: times.Min() + 3_600_000, To: times.Max() - 3_600_000);

        await ReplayIntoATopicAsync(chain, range, second);
        await chain.DrainAsync();
        Assert.All(chain.Services, service => Assert.False(service.Process.HasExited, service.Process.Output));
        await ReplayOneEntityAsync(chain, range);
        await VerifyAsync(chain, range);
        await BackfillAsync(chain, range, rooms);
        await RefuseAnotherContentAsync(chain, features.FullName, rooms);
        await CutAsync(chain, range);
        features.Delete(recursive: true);
    }

    private static async Task ReplayIntoATopicAsync(TestChain chain, (long From, long To) range, SampleStep[] meanwhile)
    {
        string[] replay = ["replay", .. Range(range), "--to-topic", Target];
        var counted = await chain.JsonAsync(0, [.. replay, "--dry-run"]);
        var expected = Chosen(chain, Topics.FeatureVectors.Name, range);
        var vectors = expected.Values.Sum(partition => partition.Count);
        Assert.True(vectors > 2000, $"Only {vectors} vectors.");
        Assert.Equal(vectors, counted.GetProperty("vectors").GetInt64());
        Assert.Equal(JsonValueKind.Null, counted.GetProperty("job").ValueKind);

        var (killed, job) = await chain.StartJobAsync([.. replay, "--rate", "400", "--reason", "a test", "--actor", "ann"]);
        await using var ending = killed;
        await killed.UntilWrittenAsync(() => Task.FromResult(Chosen(chain, Target, range).Values.Sum(partition => partition.Count)));
        await killed.CrashAsync();
        await chain.PublishAsync(meanwhile);
        var before = Chosen(chain, Target, range).Values.Sum(partition => partition.Count);
        Assert.InRange(before, 1, vectors - 1);

        // Two who go on with it: the later one has it, and the earlier one, which was held up meanwhile, ends.
        await using var earlier = chain.StartCommand("replay", "--resume", job, "--rate", "200");
        await earlier.UntilWrittenAsync(() => Task.FromResult(Chosen(chain, Target, range).Values.Sum(partition => partition.Count) - before));
        await earlier.FreezeAsync();
        var report = await chain.JsonAsync(0, "replay", "--resume", job);
        await earlier.ThawAsync();
        await earlier.ExitAsync(Patience);
        Assert.True(earlier.ExitCode == 75, $"{earlier.ExitCode}: {earlier.Output}");
        Assert.Equal(job, report.GetProperty("job").GetString());
        Assert.Equal(vectors, report.GetProperty("vectors").GetInt64());
        var replayed = RawTopic.Read(chain.Kafka, chain.Kafka.TopicPrefix + Target);
        Assert.Equal(expected.Keys, replayed.Keys);
        Assert.All(expected, partition => Assert.Equal(partition.Value.Select(Convert.ToHexString), replayed[partition.Key].Select(Convert.ToHexString)));

        var steps = (await chain.ReadAsync(Topics.PipelineJobs)).Where(step => step.GetProperty("job_id").GetString() == job).ToList();
        Assert.Equal(("started", "completed"), (steps[0].GetProperty("state").GetString(), steps[^1].GetProperty("state").GetString()));
        Assert.Equal(("ann", "a test", "replay"), (steps[^1].GetProperty("actor").GetString(), steps[^1].GetProperty("reason").GetString(), steps[^1].GetProperty("kind").GetString()));
        Assert.Equal(vectors.ToString(CultureInfo.InvariantCulture), steps[^1].GetProperty("result").GetProperty("vectors").GetString());
        Assert.Contains("the job is done", await chain.RunAsync(78, "replay", "--resume", job), StringComparison.Ordinal);
        Assert.Contains("holds", await chain.RunAsync(78, replay), StringComparison.Ordinal);
        Assert.Contains("is a topic of the chain", await chain.RunAsync(78, ["replay", .. Range(range), "--to-topic", "feature.vectors"]), StringComparison.Ordinal);
    }

    private static async Task ReplayOneEntityAsync(TestChain chain, (long From, long To) range)
    {
        var named = await chain.JsonAsync(0, ["replay", .. Range(range), "--to-topic", "named.vectors", "--entities", SamplePlan.Rooms[0], "--feature-set", "occupancy:1"]);
        var ofRoom = Chosen(chain, Topics.FeatureVectors.Name, range).Values.SelectMany(partition => partition).Select(Read).Count(vector => vector.EntityId == SamplePlan.Rooms[0] && vector.FeatureSet == "occupancy");
        Assert.Equal(ofRoom, named.GetProperty("vectors").GetInt64());
    }

    private static async Task VerifyAsync(TestChain chain, (long From, long To) range)
    {
        var same = await chain.JsonAsync(0, ["verify", .. Range(range)]);
        Assert.True(same.GetProperty("same").GetBoolean());
        Assert.Equal(2, same.GetProperty("featureSets").GetArrayLength());
        Assert.All(same.GetProperty("featureSets").EnumerateArray(), set => Assert.Equal(set.GetProperty("served").GetInt64(), set.GetProperty("same").GetInt64()));
        await chain.JsonAsync(0, ["verify", .. Range(range), "--in-history"]);

        // The history with one value changed, one vector dropped, one added.
        var tampered = chain.FileFor("tampered.db");
        await using (var history = await chain.OpenHistoryAsync())
        await using (var copy = await SqliteHistory.OpenAsync(new SqliteHistoryOptions { Path = tampered }))
        {
            var rows = await history.VectorsAsync(new VectorQuery { Range = new TimeRange(range.From, range.To), FeatureSet = "rooms", Revisions = Revisions.All }).ToListAsync();
            var (changed, dropped) = (rows[5], rows[9]);
            double[] values = [.. changed.Features.ToArray()];
            values[1] = Math.BitIncrement(values[1]);
            rows[5] = changed with { Features = values };
            rows[9] = dropped with { BucketStart = dropped.BucketStart + 1 };
            Assert.Empty(await copy.WriteAsync(rows, CancellationToken.None));
            var report = await chain.JsonAsync(1, ["verify", .. Range(range), "--in-history", "--history", tampered, "--feature-set", "rooms:1"]);
            var set = Assert.Single(report.GetProperty("featureSets").EnumerateArray());
            Assert.Equal((1, 1, 1), (set.GetProperty("different").GetInt64(), set.GetProperty("missing").GetInt64(), set.GetProperty("extra").GetInt64()));
            Assert.Equal(rows.Count - 2, set.GetProperty("same").GetInt64());
            var value = Assert.Single(set.GetProperty("values").EnumerateArray(), value => value.GetProperty("different").GetInt64() > 0);
            Assert.Equal("co2_mean", value.GetProperty("name").GetString());
            var examples = report.GetProperty("examples").EnumerateArray().ToDictionary(example => example.GetProperty("kind").GetString()!);
            Assert.Equal((changed.EntityId, changed.BucketStart), (examples["different"].GetProperty("entityId").GetString(), examples["different"].GetProperty("bucketStart").GetInt64()));
            Assert.Equal(dropped.BucketStart, examples["missing"].GetProperty("bucketStart").GetInt64());
            Assert.Equal(dropped.BucketStart + 1, examples["extra"].GetProperty("bucketStart").GetInt64());
        }

        Assert.Contains("There are differences.", await chain.RunAsync(1, ["verify", .. Range(range), "--in-history", "--history", tampered]), StringComparison.Ordinal);
    }

    private static async Task BackfillAsync(TestChain chain, (long From, long To) range, string rooms)
    {
        var next = rooms.Replace("version: 1", $"version: 2\nfrom: {DateTimeOffset.FromUnixTimeMilliseconds(range.To):O}", StringComparison.Ordinal);
        var file = chain.FileFor("rooms-2.yaml");
        await File.WriteAllTextAsync(file, next);
        var hash = FeatureSetFile.Parse(next, new YamlProblems(file))!.Hash;
        string[] backfill = ["replay", .. Range(range), "--definition", file, "--into-history"];
        Assert.Contains("end the backfill there", await chain.RunAsync(78, ["replay", "--from", $"{range.From}", "--to", $"{range.To + 1}", .. backfill[5..]]), StringComparison.Ordinal);

        var (killed, job) = await chain.StartJobAsync([.. backfill, "--rate", "400"]);
        await using var ending = killed;
        await using var history = await chain.OpenHistoryAsync();
        var query = new VectorQuery { FeatureSet = "rooms", FeatureSetVersion = 2, Revisions = Revisions.All };
        await killed.UntilWrittenAsync(() => Task.Run(async () => await history.VectorsAsync(query).CountAsync()));
        await killed.CrashAsync();
        await chain.JsonAsync(0, "replay", "--resume", job);

        var rows = await history.VectorsAsync(query).ToListAsync();
        var live = await history.VectorsAsync(query with { FeatureSetVersion = 1, Range = new TimeRange(range.From, range.To) }).ToListAsync();
        Assert.Equal(live.Select(Content), rows.Select(Content));
        Assert.All(rows, row => Assert.Equal(("backfill", hash), (row.CloseReason, row.FeatureSetHash)));
        Assert.Single(rows.Select(row => row.Origin).Distinct());
        Assert.True(rows[0].Origin.KnownTime > live.Max(row => row.Origin.KnownTime), "A backfill is not known before it was made.");
        Assert.Contains(await history.FeatureSetsAsync("rooms").ToListAsync(), set => set.Version == 2 && set.Hash == hash);
        Assert.Contains("holds vectors of rooms:2 in this range already", await chain.RunAsync(78, backfill), StringComparison.Ordinal);
        var known = rows[0].Origin.KnownTime;
        Assert.Equal((rows.Count(row => row.Revision == 0), 0), (await ExportedAsync(known), await ExportedAsync(known - 1)));

        // From then on the content belongs to the name and version.
        await File.WriteAllTextAsync(file, next.Replace("grace: 1m", "grace: 2m", StringComparison.Ordinal));
        Assert.Contains(hash, await chain.RunAsync(78, ["replay", .. Range(range), "--definition", file, "--to-topic", "draft.vectors"]), StringComparison.Ordinal);

        async Task<long> ExportedAsync(long asOf)
        {
            var report = await chain.JsonAsync(0, ["export", .. Range(range), "--feature-set", "rooms:2", "--definition", file, "--as-of", $"{asOf}", "--output", chain.FileFor("rooms.csv"), "--force"]);
            return report.GetProperty("manifest").GetProperty("rows").GetInt64();
        }
    }

    /// <summary>The broker removes half of the log, as retention would: what was begun cannot go on, and what is begun anew says that it is not exact.</summary>
    private static async Task CutAsync(TestChain chain, (long From, long To) range)
    {
        var (killed, job) = await chain.StartJobAsync(["replay", .. Range(range), "--to-topic", "cut.vectors", "--rate", "100"]);
        await using var ending = killed;
        await killed.CrashAsync();
        using (var kept = new TopicAdmin(chain.Kafka))
        using (var admin = new AdminClientBuilder(chain.Kafka.ForClient("retention").ToDictionary()).Build())
        {
            var log = await kept.RangesAsync(chain.NameOf(Topics.SensorReadings));
            await admin.DeleteRecordsAsync(log.Select(partition => new TopicPartitionOffset(chain.NameOf(Topics.SensorReadings), partition.Partition, (partition.First + partition.End) / 2)));
        }

        Assert.Contains("retention has removed it since", await chain.RunAsync(70, "replay", "--resume", job), StringComparison.Ordinal);
        Assert.Contains("retention has removed what vectors of that time were made of", await chain.RunAsync(78, ["verify", .. Range(range)]), StringComparison.Ordinal);
        var report = await chain.JsonAsync(0, ["replay", .. Range(range), "--to-topic", "cut.vectors"]);
        Assert.StartsWith("retention has removed what was appended before", Assert.Single(report.GetProperty("warnings").EnumerateArray()).GetString(), StringComparison.Ordinal);
        Assert.InRange(report.GetProperty("vectors").GetInt64(), 1, Chosen(chain, Topics.FeatureVectors.Name, range).Values.Sum(partition => partition.Count) - 1);
        var steps = await chain.ReadAsync(Topics.PipelineJobs);
        Assert.Equal("false", steps.Last(step => step.GetProperty("state").GetString() == "completed").GetProperty("result").GetProperty("exact").GetString());
    }

    private static async Task RefuseAnotherContentAsync(TestChain chain, string features, string rooms)
    {
        await File.WriteAllTextAsync(Path.Combine(features, "rooms.yaml"), rooms.Replace("grace: 1m", "grace: 2m", StringComparison.Ordinal));
        var refused = chain.Start("FeatureAssembly", ("Worker__Ordinal", "1"));
        await refused.Process.ExitAsync(Patience);
        Assert.Equal(78, refused.Process.ExitCode);
        var hash = FeatureSetFile.Parse(rooms, new YamlProblems("rooms.yaml"))!.Hash;
        Assert.All(["'rooms' version 1", hash, "a version that is free, such as 3"], part => Assert.Contains(part, refused.Process.Output, StringComparison.Ordinal));
    }

    private static string Content(VectorRow row) =>
        $"{row.EntityId} {row.BucketStart} {row.Revision} {row.ReadingCount} {row.LateCount} {row.Completeness:R} {row.InputPartition} {row.FirstOffset} {row.LastOffset} {string.Join(' ', row.Features.ToArray().Select(BitConverter.DoubleToInt64Bits))}";

    private static string[] Range((long From, long To) range) => ["--from", $"{range.From}", "--to", $"{range.To}"];

    private static SortedDictionary<int, List<byte[]>> Chosen(TestChain chain, string topic, (long From, long To) range)
    {
        var all = RawTopic.Read(chain.Kafka, chain.Kafka.TopicPrefix + topic);
        return new SortedDictionary<int, List<byte[]>>(all.ToDictionary(partition => partition.Key, partition => partition.Value.FindAll(value => Read(value).BucketStart is var start && start >= range.From && start < range.To)));
    }

    private static FeatureVector Read(byte[] value)
    {
        Assert.Equal(AvroStatus.Ok, AvroCodec.TryDecode<FeatureVector>(value.AsSpan(ConfluentFraming.HeaderLength), AvroLimits.Default, out var vector));
        return vector!;
    }
}
