using System.Globalization;
using Cassandra;
using Streaming.History.Cassandra;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.History.Writer;
using Streaming.Monitoring;
using Streaming.Testing;

namespace Streaming.History.Tests.Cassandra;

public sealed class CassandraHistoryTests(CassandraServer server) : IAsyncLifetime
{
    private readonly CassandraKeyspace _keyspace = new(server);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _keyspace.DisposeAsync();

    private static VectorRow Vector(long time, int offset, params double[] features) => new()
    {
        Origin = new RecordOrigin(1_700_000_000_000, "feature.vectors", 0, offset), EntityId = "cow", BucketStart = time, BucketEnd = time + 1, FeatureSet = "climate", FeatureSetVersion = 1,
        FeatureSetHash = "h", Revision = offset, Features = features, Missing = Array.Empty<int>(), ReadingCount = 1, LateCount = 0, Completeness = 1, CloseReason = "watermark", InputPartition = 0,
        FirstOffset = 0, LastOffset = 1,
    };

    private static FeatureSetRow Climate(string hash = "h") => new()
    {
        Origin = new RecordOrigin(1_700_000_000_500, "feature.sets", 0, 0), Name = "climate", Version = 1, Hash = hash, Content = "name: climate",
        Layout = [new FeatureColumn("temperature", "", "°C"), new FeatureColumn("co2", "", "ppm")],
    };

    [Fact]
    public async Task Another_client_finds_every_row_with_the_write_time_of_its_record()
    {
        var python = await PythonEnvironment.CreateAsync("cassandra-driver");
        var options = await _keyspace.OptionsAsync();
        var rows = SampleRows.Of(seed: 21, count: 800);
        await using var history = await CassandraHistory.OpenAsync(options, cancellation: Ending);
        Assert.Empty(await history.WriteAsync(rows, Ending));

        using var folder = new TemporaryFolder();
        await python.RunAsync(
            Path.Combine(AppContext.BaseDirectory, "Clients", "read_cassandra.py"), TimeSpan.FromMinutes(3), server.ContactPoints[0], server.Port.ToString(CultureInfo.InvariantCulture), options.Keyspace, folder.File("rows"));

        var expected = rows.Select(row => $"{Table(row)} {row.Origin.KnownTime} {row.Origin.Topic} {row.Origin.Partition} {row.Origin.Offset} {row.Origin.WriteTimestamp}{Numbers(row)}");
        var found = await File.ReadAllLinesAsync(folder.File("rows"), Ending);
        Assert.Empty(expected.Except(found));
        Assert.Equal(rows.Count, found.Length);
    }

    [Fact]
    public async Task A_person_reads_values_by_name_whichever_came_first_the_vector_or_its_feature_set()
    {
        var options = await _keyspace.OptionsAsync();
        await using var first = await CassandraHistory.OpenAsync(options, cancellation: Ending);
        await using var second = await CassandraHistory.OpenAsync(options, cancellation: Ending);
        await first.WriteAsync([Vector(0, 0, 20.5, 400)], Ending);
        Assert.All(await ValuesAsync(), values => Assert.Null(values));

        await second.WriteAsync([Climate()], Ending);
        await first.WriteAsync([Vector(60_000, 1, 21.5, double.NaN), Vector(120_000, 2, 1, 2, 3)], Ending);

        Assert.Equal(["co2=400 temperature=20.5", "co2=NaN temperature=21.5", null], await ValuesAsync());
        var one = await _keyspace.QueryAsync("SELECT features['co2'] FROM {ks}.vectors WHERE entity_id = 'cow' AND day = '1970-01-01' ORDER BY bucket_start ASC LIMIT 1");
        Assert.Equal(400, one.Single().GetValue<double>(0));

        // The other order at once, in the same call and in two, leaves the same.
        await second.WriteAsync([Vector(0, 0, 20.5, 400), Climate(), Vector(60_000, 1, 21.5, double.NaN)], Ending);
        Assert.Equal(["co2=400 temperature=20.5", "co2=NaN temperature=21.5", null], await ValuesAsync());
    }

    [Fact]
    public async Task The_first_row_of_each_bucket_is_the_one_that_counts_by_CQL_alone()
    {
        var options = await _keyspace.OptionsAsync();
        await using var history = await CassandraHistory.OpenAsync(options, cancellation: Ending);
        var rows = SampleRows.Of(seed: 22, count: 600).OfType<VectorRow>().ToArray();
        await history.WriteAsync(rows, Ending);

        var counting = new List<string>();
        await foreach (var row in history.VectorsAsync(new VectorQuery { EntityId = "room-1" }, Ending))
        {
            counting.Add($"{row.BucketStart} {row.FeatureSet} {row.FeatureSetVersion} {row.FeatureSetHash} {row.Revision} {row.Origin.Offset}");
        }

        var found = new List<string>();
        foreach (var day in await _keyspace.QueryAsync("SELECT day FROM {ks}.days_of_entity WHERE entity_id = 'room-1' AND kind = 'vectors'"))
        {
            found.AddRange((await _keyspace.QueryAsync(
                "SELECT bucket_start, feature_set, feature_set_version, feature_set_hash, revision, source_offset FROM {ks}.vectors WHERE entity_id = 'room-1' AND day = ? GROUP BY bucket_start, feature_set, feature_set_version, feature_set_hash",
                day.GetValue<LocalDate>(0))).Select(row => $"{row.GetValue<DateTimeOffset>(0).ToUnixTimeMilliseconds()} {row.GetValue<string>(1)} {row.GetValue<int>(2)} {row.GetValue<string>(3)} {row.GetValue<int>(4)} {row.GetValue<long>(5)}"));
        }

        Assert.NotEmpty(counting);
        Assert.Equal(counting.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_full_replay_by_a_host_with_a_wrong_clock_changes_no_row_and_no_write_time()
    {
        var options = await _keyspace.OptionsAsync();
        options.Retention = TimeSpan.FromDays(7000);
        var rows = SampleRows.Of(seed: 23, count: 500);
        await using (var history = await CassandraHistory.OpenAsync(options, cancellation: Ending))
        {
            await history.WriteAsync(rows, Ending);
        }

        var expected = await _keyspace.DigestAsync();
        var ends = await EndsAsync();
        foreach (var wrong in new[] { TimeSpan.FromHours(1), TimeSpan.FromHours(-1) })
        {
            await using var history = await CassandraHistory.OpenAsync(options, new WrongClock(wrong), Ending);
            var replayed = rows.ToArray();
            new Random(23).Shuffle(replayed);
            await history.WriteAsync(replayed, Ending);

            Assert.Equal(expected, await _keyspace.DigestAsync());
            Assert.All((await EndsAsync()).Zip(ends), pair => Assert.InRange((pair.First - pair.Second).Duration(), TimeSpan.Zero, TimeSpan.FromSeconds(30)));
        }
    }

    [Fact]
    public async Task What_is_past_its_retention_is_counted_and_not_written_and_the_rest_ends_when_it_should()
    {
        var options = await _keyspace.OptionsAsync();
        options.Retention = TimeSpan.FromDays(10);
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await using var history = await CassandraHistory.OpenAsync(options, cancellation: Ending);

        Assert.Empty(await history.WriteAsync([Vector(now - (10 * Day.Milliseconds) - 60_000, 0, 1), Vector(now - (9 * Day.Milliseconds), 1, 1), Climate("other")], Ending));

        Assert.Equal(1, history.RowsExpired);
        var left = (await _keyspace.QueryAsync("SELECT ttl(reading_count) FROM {ks}.vectors")).Single().GetValue<int>(0);
        Assert.InRange(left, 86_400 - 600, 86_400 + 1);
        Assert.True((await _keyspace.QueryAsync("SELECT ttl(content) FROM {ks}.feature_sets")).Single().IsNull(0));
    }

    [Fact]
    public async Task A_row_too_large_and_a_key_too_large_are_refused_alone()
    {
        var options = await _keyspace.OptionsAsync();
        options.MaxRowBytes = 100_000;
        await using var history = await CassandraHistory.OpenAsync(options, cancellation: Ending);
        var rows = SampleRows.Of(seed: 24, count: 60);
        rows[7] = rows.OfType<LabelRow>().First() with { Value = new string('v', 200_000), Origin = rows[7].Origin };
        rows[8] = rows.OfType<PredictionRow>().First() with { Deployment = new string('d', 70_000), Origin = rows[8].Origin };
        rows[9] = rows.OfType<PredictionRow>().First() with { ModelName = new string('m', 50_000), Origin = rows[9].Origin };

        var refused = await history.WriteAsync(rows, Ending);

        Assert.Equal([7, 8, 9], refused.Select(row => row.Index));
        Assert.Contains("History:Cassandra:MaxRowBytes allows 100000", refused[0].Reason, StringComparison.Ordinal);
        Assert.All(refused.Skip(1), row => Assert.Contains("it may have 32768", row.Reason, StringComparison.Ordinal));
        Assert.Equal(57, (await _keyspace.DigestsAsync()).Count);
    }

    [Fact]
    public async Task Tables_that_somebody_changed_are_told_from_rows_that_are_refused()
    {
        var options = await _keyspace.OptionsAsync();
        await using var history = await CassandraHistory.OpenAsync(options, cancellation: Ending);
        await _keyspace.QueryAsync("ALTER TABLE {ks}.labels DROP source");

        var unusable = await Assert.ThrowsAsync<HistoryUnusableException>(() => history.WriteAsync(SampleRows.Of(25, 100), Ending));

        Assert.Contains("lacks labels.source; somebody has changed its tables", unusable.Message, StringComparison.Ordinal);
    }

    private static string Table(HistoryRow row) => row switch
    {
        VectorRow => "vectors", PredictionRow => "predictions", LabelRow => "labels", DeploymentRow => "deployments", JobRow => "jobs", _ => "feature_sets",
    };

    private static string Numbers(HistoryRow row) => row switch
    {
        VectorRow vector => Numbers(vector.Features),
        PredictionRow prediction => Numbers(prediction.Scores),
        _ => "",
    };

    private static string Numbers(ReadOnlyMemory<double> numbers) => string.Concat(numbers.ToArray().Select(number =>
        " " + (double.IsNaN(number) ? "nan" : BitConverter.DoubleToInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture))));

    private async Task<List<string?>> ValuesAsync() => [.. (await _keyspace.QueryAsync("SELECT features FROM {ks}.vectors WHERE entity_id = 'cow' AND day = '1970-01-01' ORDER BY bucket_start ASC"))
        .Select(row => row.IsNull(0) ? null : string.Join(' ', row.GetValue<IDictionary<string, double>>(0).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value}"))))];

    private async Task<List<DateTimeOffset>> EndsAsync()
    {
        var rows = await _keyspace.QueryAsync("SELECT ttl(reading_count), toTimestamp(now()) FROM {ks}.vectors");
        return [.. rows.Select(row => row.GetValue<DateTimeOffset>(1).AddSeconds(row.GetValue<int>(0)))];
    }

    private sealed class WrongClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
