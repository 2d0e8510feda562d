using Microsoft.Data.Sqlite;
using Streaming.History.Queries;
using Streaming.History.Quality;
using Streaming.History.Rows;
using Streaming.History.Sqlite;
using Streaming.History.Writer;

namespace Streaming.History.Tests;

public sealed class SqliteHistoryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    private SqliteHistoryOptions Options => new() { Path = _folder.File("history.db"), BusyTimeout = TimeSpan.FromSeconds(20) };

    public void Dispose() => _folder.Dispose();

    private SqliteConnection Connect(string? file = null)
    {
        var connection = new SqliteConnection($"Data Source={file ?? Options.Path};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        command.ExecuteNonQuery();
    }

    private static List<string> Query(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join("|", Enumerable.Range(0, reader.FieldCount).Select(column => Convert.ToString(reader.GetValue(column), System.Globalization.CultureInfo.InvariantCulture))));
        }

        return rows;
    }

    [Fact]
    public async Task While_another_program_holds_the_file_locked_it_is_read_and_writes_are_told_to_wait_and_then_go_through()
    {
        var options = Options;
        options.BusyTimeout = TimeSpan.FromMilliseconds(100);
        var rows = SampleRows.Of(seed: 61, count: 50);
        await using var history = await SqliteHistory.OpenAsync(options, Ending);
        Assert.Empty(await history.WriteAsync(rows[..20], Ending));
        var before = await history.CountAsync(Ending);
        using var other = Connect();
        Execute(other, "BEGIN IMMEDIATE");

        var locked = await Assert.ThrowsAsync<HistoryUnavailableException>(() => history.WriteAsync(rows, Ending));
        Assert.Contains("was locked by other processes for 00:00:00.1", locked.Message, StringComparison.Ordinal);
        Assert.Equal(before, await history.CountAsync(Ending));

        // One that is patient enough does not even notice.
        await using var patient = await SqliteHistory.OpenAsync(Options, Ending);
        var writing = patient.WriteAsync(rows, Ending);
        Assert.NotSame(writing, await Task.WhenAny(writing, Task.Delay(TimeSpan.FromMilliseconds(300), Ending)));
        Execute(other, "COMMIT");
        Assert.Empty(await writing);
        Assert.Empty(await history.WriteAsync(rows, Ending));
    }

    [Fact]
    public async Task A_file_opened_for_the_first_time_by_many_at_once_is_made_once()
    {
        var opened = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => Task.Run(() => SqliteHistory.OpenAsync(Options, Ending))));
        foreach (var history in opened)
        {
            await history.DisposeAsync();
        }

        using var connection = Connect();
        Assert.Equal(["1|1398035016|wal"], Query(connection, "SELECT user_version, application_id, journal_mode FROM pragma_user_version, pragma_application_id, pragma_journal_mode"));
        Assert.Equal(["6"], Query(connection, "SELECT count(*) FROM sqlite_schema WHERE type = 'table'"));
    }

    [Fact]
    public async Task A_file_of_a_newer_program_is_refused()
    {
        await (await SqliteHistory.OpenAsync(Options, Ending)).DisposeAsync();
        using (var connection = Connect())
        {
            Execute(connection, "PRAGMA user_version = 7");
        }

        var refused = await Assert.ThrowsAsync<HistoryUnusableException>(() => SqliteHistory.OpenAsync(Options, Ending));
        Assert.Contains("has tables of version 7, and this program knows versions up to 1", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_another_program_is_refused_and_left_alone()
    {
        using (var connection = Connect())
        {
            Execute(connection, "CREATE TABLE theirs (x)");
        }

        var refused = await Assert.ThrowsAsync<HistoryUnusableException>(() => SqliteHistory.OpenAsync(Options, Ending));
        Assert.Contains("is a SQLite file of another program", refused.Message, StringComparison.Ordinal);
        using var after = Connect();
        Assert.Equal(["theirs"], Query(after, "SELECT name FROM sqlite_schema"));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused()
    {
        await File.WriteAllTextAsync(Options.Path, new string('x', 10_000), Ending);

        var refused = await Assert.ThrowsAsync<HistoryUnusableException>(() => SqliteHistory.OpenAsync(Options, Ending));
        Assert.Contains(Options.Path, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_row_too_large_is_refused_alone()
    {
        var options = Options;
        options.MaxRowLength = 2000;
        await using var history = await SqliteHistory.OpenAsync(options, Ending);
        var rows = SampleRows.Of(seed: 1, count: 30);
        rows[7] = rows.OfType<LabelRow>().First() with { Value = new string('v', 3000), Origin = rows[7].Origin };
        rows[8] = rows.OfType<VectorRow>().First() with { Features = new double[3000], Origin = rows[8].Origin };

        var refused = await history.WriteAsync(rows, Ending);

        Assert.Equal([7, 8], refused.Select(row => row.Index));
        Assert.All(refused, row => Assert.Contains("History:MaxRowLength allows 2000", row.Reason, StringComparison.Ordinal));
        using var connection = Connect();
        Assert.Equal([$"{rows.Count - 2}"], Query(connection, "SELECT (SELECT count(*) FROM vectors) + (SELECT count(*) FROM predictions) + (SELECT count(*) FROM labels) + (SELECT count(*) FROM deployments) + (SELECT count(*) FROM jobs) + (SELECT count(*) FROM feature_sets)"));
    }

    [Fact]
    public async Task A_lock_held_by_another_is_waited_for()
    {
        await using var history = await SqliteHistory.OpenAsync(Options, Ending);
        using var other = Connect();
        Execute(other, "BEGIN IMMEDIATE");
        var writing = history.WriteAsync(SampleRows.Of(seed: 1, count: 10), Ending);
        Assert.NotSame(writing, await Task.WhenAny(writing, Task.Delay(2500, Ending)));

        Execute(other, "COMMIT");

        Assert.Empty(await writing);
    }

    [Fact]
    public async Task A_lock_held_too_long_makes_the_store_unavailable_and_a_wait_for_it_can_be_cancelled()
    {
        var options = Options;
        options.BusyTimeout = TimeSpan.FromSeconds(1);
        await using var impatient = await SqliteHistory.OpenAsync(options, Ending);
        await using var patient = await SqliteHistory.OpenAsync(Options, Ending);
        using var other = Connect();
        Execute(other, "BEGIN IMMEDIATE");

        var unavailable = await Assert.ThrowsAsync<HistoryUnavailableException>(() => impatient.WriteAsync(SampleRows.Of(1, 10), Ending));
        Assert.Contains("was locked by other processes for 00:00:01", unavailable.Message, StringComparison.Ordinal);
        using var stop = new CancellationTokenSource(100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => patient.WriteAsync(SampleRows.Of(1, 10), stop.Token));

        Execute(other, "COMMIT");
        Assert.Empty(await impatient.WriteAsync(SampleRows.Of(1, 10), Ending));
    }

    [Fact]
    public async Task Reading_goes_on_while_another_writes()
    {
        await using var history = await SqliteHistory.OpenAsync(Options, Ending);
        await history.WriteAsync(SampleRows.Of(seed: 1, count: 100), Ending);
        using var other = Connect();
        Execute(other, "BEGIN IMMEDIATE; DELETE FROM vectors");

        Assert.NotEqual(0, (await history.CountAsync(Ending)).Vectors);
    }

    [Fact]
    public async Task A_full_disk_makes_the_store_unavailable()
    {
        await (await SqliteHistory.OpenAsync(Options, Ending)).DisposeAsync();
        var database = new SqliteDatabase(Options);
        var unavailable = await Assert.ThrowsAsync<HistoryUnavailableException>(() => database.RunAsync(
            () =>
            {
                using var connection = database.Open();
                Execute(connection, "PRAGMA max_page_count = 30");
                Execute(connection, "CREATE TABLE filling AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) SELECT randomblob(1000) FROM n");
                return true;
            },
            Ending));
        Assert.Contains("there is no space left", unavailable.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, true)]
    [InlineData(14, true)]
    [InlineData(8, false)]
    [InlineData(11, false)]
    [InlineData(26, false)]
    public async Task An_error_says_whether_waiting_mends_it(int code, bool mends)
    {
        var database = new SqliteDatabase(Options);
        var error = await Assert.ThrowsAnyAsync<HistoryException>(() => database.RunAsync<bool>(() => throw new SqliteException("as SQLite says", code), Ending));
        Assert.Equal(mends, error is HistoryUnavailableException);
        Assert.Contains(Options.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_record_read_in_two_ways_leaves_one_row_whatever_the_order()
    {
        var digests = new List<string>();
        foreach (var name in new[] { "a.db", "b.db" })
        {
            var rows = SampleRows.Of(seed: 1, count: 60);
            List<HistoryRow> others = [.. rows.Select(row => row switch
            {
                LabelRow label => label with { Value = label.Value + "!", PredictionId = null },
                PredictionRow prediction => prediction with { Label = null, Threshold = double.NaN },
                VectorRow vector => vector with { Completeness = -0.0 },
                _ => row,
            })];
            await using (var history = await SqliteHistory.OpenAsync(new SqliteHistoryOptions { Path = _folder.File(name) }, Ending))
            {
                await history.WriteAsync(name == "a.db" ? rows : others, Ending);
                await history.WriteAsync(name == "a.db" ? others : rows, Ending);
            }

            digests.Add(FileDigest.Of(_folder.File(name)));
        }

        Assert.Equal(digests[0], digests[1]);
    }

    [Fact]
    public async Task A_person_reads_feature_values_by_name_with_sql()
    {
        await using var history = await SqliteHistory.OpenAsync(Options, Ending);
        var set = SampleRows.Of(1, 300).OfType<FeatureSetRow>().First() with { Name = "climate", Version = 1, Hash = "h" };
        var vector = SampleRows.Of(1, 300).OfType<VectorRow>().First() with
        {
            EntityId = "room", BucketStart = 1_422_900_000_000, FeatureSet = "climate", FeatureSetVersion = 1, FeatureSetHash = "h", Revision = 0, Features = (double[])[21.5, double.NaN, -0.0, double.PositiveInfinity],
        };
        await history.WriteAsync([set, vector, vector with { Revision = 1, Features = (double[])[22, double.NegativeInfinity], Origin = vector.Origin with { Offset = 9 } }], Ending);

        using var connection = Connect();
        Assert.Equal(
            ["room|2015-02-02 18:00:00|temperature|22|1", "room|2015-02-02 18:00:00|light|-Infinity|1"],
            Query(connection, "SELECT entity_id, bucket, feature, value, revision FROM feature_values ORDER BY position"));
        Assert.Equal(["[21.5,null,-0.0,9e999]"], Query(connection, "SELECT features FROM vectors WHERE revision = 0"));
    }

    [Fact]
    public async Task The_view_of_labelled_predictions_gives_the_same_quality_by_sql_alone()
    {
        await using var history = await SqliteHistory.OpenAsync(Options, Ending);
        await history.WriteAsync(SampleRows.Of(seed: 12, count: 1500, buckets: 25), Ending);
        using var connection = Connect();

        var cells = Query(connection, """
            SELECT deployment || '/' || label_name || '/' || entity_id || ': ' || actual || ' as ' || predicted, count(*)
            FROM labelled_predictions WHERE predicted IS NOT NULL GROUP BY 1
            """);

        var expected = NaiveQuality.Cells(await QualityReport.ComputeAsync(history, new QualityQuery(), Ending));
        Assert.NotEmpty(cells);
        Assert.Equal(expected.Select(cell => $"{cell.Key}|{cell.Value}"), cells.Order(StringComparer.Ordinal));
    }
}
