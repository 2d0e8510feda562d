using Streaming.History.Quality;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.History.Writer;
using Streaming.Monitoring;

namespace Streaming.History.Tests;

/// <summary>What every history must do, whatever is behind it. Each test begins with an empty one.</summary>
public abstract class HistoryConformance : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _opened = [];

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    /// <summary>Opens the test's own history, again and again the same one, as further processes would.</summary>
    /// <param name="rowsPerPage">How many rows it reads at a time.</param>
    protected abstract Task<(IHistoryWriter Writer, IHistoryReader Reader, IAsyncDisposable Closing)> OpenAsync(int rowsPerPage);

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var opened in _opened)
        {
            await opened.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private async Task<(IHistoryWriter Writer, IHistoryReader Reader)> HistoryAsync(int rowsPerPage = 7)
    {
        var (writer, reader, closing) = await OpenAsync(rowsPerPage);
        _opened.Add(closing);
        return (writer, reader);
    }

    private static async Task WriteAsync(IHistoryWriter writer, IEnumerable<HistoryRow> rows) => Assert.Empty(await writer.WriteAsync([.. rows], Ending));

    private static async Task<List<T>> ListAsync<T>(IAsyncEnumerable<T> rows)
    {
        var list = new List<T>();
        await foreach (var row in rows)
        {
            list.Add(row);
        }

        return list;
    }

    private static async Task<List<string>> EverythingAsync(IHistoryReader reader) =>
    [
        .. RowText.Of(await ListAsync(reader.VectorsAsync(new VectorQuery { Revisions = Revisions.All }, Ending))),
        .. RowText.Of(await ListAsync(reader.PredictionsAsync(new PredictionQuery { Revisions = Revisions.All }, Ending))),
        .. RowText.Of(await ListAsync(reader.LabelsAsync(new LabelQuery(), Ending))),
        .. RowText.Of(await ListAsync(reader.DeploymentsAsync(null, Ending))),
        .. RowText.Of(await ListAsync(reader.JobsAsync(null, Ending))),
        .. RowText.Of(await ListAsync(reader.FeatureSetsAsync(null, Ending))),
    ];

    private static HistoryRow[] Shuffled(Random random, IEnumerable<HistoryRow> rows)
    {
        var shuffled = rows.ToArray();
        random.Shuffle(shuffled);
        return shuffled;
    }

    [Fact]
    public async Task An_empty_history_answers_every_question_with_nothing()
    {
        var (_, reader) = await HistoryAsync();

        Assert.Empty(await EverythingAsync(reader));
        Assert.Empty(await ListAsync(reader.EntitiesAsync(TimeRange.All, Ending)));
        Assert.Equal(default, await reader.CountAsync(Ending));
        Assert.Empty(await QualityReport.ComputeAsync(reader, new QualityQuery(), Ending));
    }

    [Fact]
    public async Task Every_field_of_every_row_comes_back_bit_by_bit()
    {
        var (writer, reader) = await HistoryAsync();
        var rows = SampleRows.Of(seed: 1, count: 600);
        Assert.Equal(6, rows.Select(row => row.GetType()).Distinct().Count());

        await WriteAsync(writer, rows);

        Assert.Equal(RowText.Of(rows).Order(StringComparer.Ordinal), (await EverythingAsync(reader)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_replay_of_any_part_in_any_order_changes_nothing()
    {
        var (writer, reader) = await HistoryAsync(rowsPerPage: 1000);
        var rows = SampleRows.Of(seed: 2, count: 300);
        await WriteAsync(writer, rows);
        var expected = await EverythingAsync(reader);
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var from = random.Next(rows.Count);
            var part = Shuffled(random, rows.GetRange(from, random.Next(rows.Count - from + 1)));

            await WriteAsync(writer, [.. part, .. part.Take(random.Next(20))]);

            Assert.Equal(expected, await EverythingAsync(reader));
        }
    }

    [Fact]
    public async Task Two_writers_of_the_same_rows_at_once_leave_what_one_leaves()
    {
        var (first, reader) = await HistoryAsync(rowsPerPage: 1000);
        var (second, _) = await HistoryAsync();
        var rows = SampleRows.Of(seed: 3, count: 400);

        await Task.WhenAll(new[] { first, second }.Select((writer, seed) => Task.Run(async () =>
        {
            foreach (var batch in Shuffled(new Random(seed), rows).Chunk(37))
            {
                await WriteAsync(writer, batch);
            }
        })));

        Assert.Equal(RowText.Of(rows).Order(StringComparer.Ordinal), (await EverythingAsync(reader)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(1000)]
    public async Task Random_questions_are_answered_as_documented_whatever_the_page(int rowsPerPage)
    {
        var (writer, reader) = await HistoryAsync(rowsPerPage);
        var rows = SampleRows.Of(seed: 4, count: 600, buckets: 36);
        var reference = new ReferenceHistory(rows);
        await WriteAsync(writer, Shuffled(new Random(4), rows));
        for (var seed = 0; seed < (rowsPerPage < 7 ? 15 : 80); seed++)
        {
            var ask = new Questions(seed);
            var vectors = ask.Vectors();
            Assert.Equal(RowText.Of(reference.Vectors(vectors)), RowText.Of(await ListAsync(reader.VectorsAsync(vectors, Ending))));
            var predictions = ask.Predictions();
            Assert.Equal(RowText.Of(reference.Predictions(predictions)), RowText.Of(await ListAsync(reader.PredictionsAsync(predictions, Ending))));
            Assert.Equal(
                reference.Predictions(predictions with { Revisions = Revisions.All })
                    .Select(row => new DeployedPrediction(row.EntityId, row.Deployment, new BucketPrediction(row.BucketStart, row.BucketEnd, row.Revision, row.Label, row.Origin))),
                await ListAsync(reader.DeployedPredictionsAsync(predictions, Ending)));
            var labels = ask.Labels();
            Assert.Equal(RowText.Of(reference.Labels(labels)), RowText.Of(await ListAsync(reader.LabelsAsync(labels, Ending))));
            var range = ask.Range();
            Assert.Equal(reference.Entities(range), await ListAsync(reader.EntitiesAsync(range, Ending)));
        }

        Assert.Equal(reference.Counts(), await reader.CountAsync(Ending));
    }

    [Fact]
    public async Task Deployments_jobs_and_feature_sets_come_in_order_and_alone()
    {
        var (writer, reader) = await HistoryAsync();
        var rows = SampleRows.Of(seed: 5, count: 400);
        await WriteAsync(writer, Shuffled(new Random(5), rows));

        var deployments = rows.OfType<DeploymentRow>().OrderBy(row => row.Deployment, StringComparer.Ordinal).ThenBy(row => row.Revision).ThenBy(row => row.Origin).ToList();
        Assert.Equal(RowText.Of(deployments), RowText.Of(await ListAsync(reader.DeploymentsAsync(null, Ending))));
        Assert.Equal(RowText.Of(deployments.Where(row => row.Deployment == "health")), RowText.Of(await ListAsync(reader.DeploymentsAsync("health", Ending))));
        var jobs = rows.OfType<JobRow>().OrderBy(row => row.JobId, StringComparer.Ordinal).ThenBy(row => row.Origin).ToList();
        Assert.Equal(RowText.Of(jobs), RowText.Of(await ListAsync(reader.JobsAsync(null, Ending))));
        Assert.Equal(RowText.Of(jobs.Where(row => row.JobId == "job1")), RowText.Of(await ListAsync(reader.JobsAsync("job1", Ending))));
        var sets = rows.OfType<FeatureSetRow>().OrderBy(row => row.Name, StringComparer.Ordinal).ThenBy(row => row.Version).ThenBy(row => row.Hash, StringComparer.Ordinal).ThenBy(row => row.Origin).ToList();
        Assert.Equal(RowText.Of(sets), RowText.Of(await ListAsync(reader.FeatureSetsAsync(null, Ending))));
        Assert.Equal(RowText.Of(sets.Where(row => row.Name == "occupancy")), RowText.Of(await ListAsync(reader.FeatureSetsAsync("occupancy", Ending))));
        Assert.Empty(await ListAsync(reader.JobsAsync("no such job", Ending)));
    }

    [Fact]
    public async Task What_is_written_between_pages_neither_doubles_nor_hides_what_was_there()
    {
        var (writer, reader) = await HistoryAsync(rowsPerPage: 3);
        List<HistoryRow> rows = [.. SampleRows.Of(seed: 6, count: 200).OfType<VectorRow>()];
        await WriteAsync(writer, rows.Where((_, index) => index % 2 == 0));
        var seen = new List<HistoryRow>();
        await foreach (var row in reader.VectorsAsync(new VectorQuery { Revisions = Revisions.All }, Ending))
        {
            seen.Add(row);
            await WriteAsync(writer, rows.Where((_, index) => index % 2 == 1).Skip(seen.Count).Take(1));
        }

        Assert.Equal(seen.Count, seen.Select(RowText.Of).Distinct().Count());
        Assert.Subset(RowText.Of(seen).ToHashSet(), RowText.Of(rows.Where((_, index) => index % 2 == 0)).ToHashSet());
    }

    [Fact]
    public async Task Reading_stops_where_it_is_cancelled()
    {
        var (writer, reader) = await HistoryAsync(rowsPerPage: 2);
        await WriteAsync(writer, SampleRows.Of(seed: 7, count: 200));
        using var stop = new CancellationTokenSource();
        var taken = 0;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var row in reader.VectorsAsync(new VectorQuery()).WithCancellation(stop.Token))
            {
                taken++;
                await stop.CancelAsync();
            }
        });

        Assert.InRange(taken, 1, 2);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reader.CountAsync(stop.Token));
    }

    [Fact]
    public async Task A_write_that_was_cancelled_is_made_good_by_writing_again()
    {
        var (writer, reader) = await HistoryAsync(rowsPerPage: 1000);
        var rows = SampleRows.Of(seed: 8, count: 1500);
        for (var delay = 0; delay < 6; delay++)
        {
            using var stop = new CancellationTokenSource(delay);
            try
            {
                await writer.WriteAsync(rows, stop.Token);
            }
            catch (OperationCanceledException)
            {
                continue;
            }
        }

        await WriteAsync(writer, rows);

        Assert.Equal(RowText.Of(rows).Order(StringComparer.Ordinal), (await EverythingAsync(reader)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Quality_is_what_a_join_of_everything_with_everything_gives_and_delivering_twice_changes_nothing()
    {
        var (writer, reader) = await HistoryAsync();
        var rows = SampleRows.Of(seed: 9, count: 700, buckets: 10);
        await WriteAsync(writer, rows);
        for (var seed = 0; seed < 20; seed++)
        {
            var query = new Questions(seed).Quality();
            var expected = NaiveQuality.Of(rows, query);
            Assert.Equal(expected, NaiveQuality.Cells(await QualityReport.ComputeAsync(reader, query, Ending)));
        }

        var all = NaiveQuality.Cells(await QualityReport.ComputeAsync(reader, new QualityQuery(), Ending));
        Assert.NotEmpty(all);
        await WriteAsync(writer, Shuffled(new Random(9), rows));
        Assert.Equal(all, NaiveQuality.Cells(await QualityReport.ComputeAsync(reader, new QualityQuery(), Ending)));

        // The same content brought by other records, as by a replay into the same topics: known later, and still the same truth.
        await WriteAsync(writer, rows.Where(row => row is not LabelRow).Select(row => row with { Origin = row.Origin with { Offset = row.Origin.Offset + 10_000 } }));
        Assert.Equal(all, NaiveQuality.Cells(await QualityReport.ComputeAsync(reader, new QualityQuery(), Ending)));
    }
}
