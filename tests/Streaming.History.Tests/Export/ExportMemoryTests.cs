using System.Diagnostics;
using System.Globalization;
using Streaming.History.Export;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.History.Sqlite;
using Streaming.History.Writer;
using Streaming.Monitoring;

namespace Streaming.History.Tests.Export;

/// <summary>Alone: the heap is the whole process's.</summary>
[CollectionDefinition(nameof(ExportMemoryTests), DisableParallelization = true)]
public sealed class AloneInTheProcess;

/// <summary>An export's memory is that of a day or two, whatever the range.</summary>
[Collection(nameof(ExportMemoryTests))]
public sealed class ExportMemoryTests
{
    private const int Entities = 100;
    private const int BucketsADay = 144;
    private const int RowsADay = Entities * BucketsADay;
    private const long Mebibyte = 1 << 20;

    private static readonly ExportQuery Wanted = ExportRows.Query with { Deployment = "health", Label = new LabelRule("illness", 0, "no") };

    [Theory]
    [InlineData(ExportFormat.Csv, 6)]
    [InlineData(ExportFormat.Avro, 6)]
    public async Task The_heap_does_not_grow_with_the_range(ExportFormat format, int days) =>
        await ExportAsync(new ListedDays(days), format, days * RowsADay, TestContext.Current.CancellationToken);

    [Fact]
    [Trait("Category", "Bench")]
    public async Task A_million_rows_from_a_file_of_sqlite()
    {
        const int Days = 70;
        using var folder = new TemporaryFolder();
        await using var history = await SqliteHistory.OpenAsync(new SqliteHistoryOptions { Path = folder.File("history.db") });
        for (var day = 0; day < Days; day++)
        {
            await history.WriteAsync([.. ListedDays.Vectors(day), .. ListedDays.Labels(day), .. ListedDays.Predictions(day)], TestContext.Current.CancellationToken);
        }

        foreach (var format in Enum.GetValues<ExportFormat>())
        {
            await ExportAsync(history, format, Days * RowsADay, TestContext.Current.CancellationToken);
        }
    }

    private static async Task ExportAsync(IHistoryReader history, ExportFormat format, long rows, CancellationToken cancellation)
    {
        var heap = new List<long>();
        var next = rows / 10;
        var watch = Stopwatch.StartNew();
        var result = await new Exporter(history, Wanted).WriteAsync(
            format,
            Stream.Null,
            progress =>
            {
                if (progress.Rows >= next)
                {
                    next += rows / 10;
                    heap.Add(GC.GetTotalMemory(forceFullCollection: true));
                }
            },
            cancellation);

        Assert.Equal(rows, result.Counts.Rows);
        Assert.Equal(rows, result.Counts.Predicted);
        Assert.Equal(rows, result.Counts.Of(LabelState.Known));
        TestContext.Current.SendDiagnosticMessage(string.Create(
            CultureInfo.InvariantCulture, $"{format}: {rows} rows in {watch.Elapsed.TotalSeconds:F1} s, {result.Bytes / Mebibyte} MiB; heap {string.Join(' ', heap.Select(bytes => bytes / Mebibyte))} MiB"));
        Assert.InRange(heap.Count, 8, 10);

        // The first days' labels are there at the first look; from then on it stays as it is.
        Assert.InRange(heap[^1] - heap[1], long.MinValue, Mebibyte);
        Assert.InRange(heap.Max() - heap.Min(), 0, 3 * Mebibyte);
    }

    /// <summary>A history that makes its rows when they are taken.</summary>
    private sealed class ListedDays(int days) : IHistoryReader
    {
        public static IEnumerable<VectorRow> Vectors(int day) => Buckets(day).Select(bucket => ExportRows.Vector(bucket.Entity, bucket.Start, bucket.Start));

        public static IEnumerable<LabelRow> Labels(int day) =>
            Buckets(day).Select(bucket => ExportRows.Label(bucket.Entity, bucket.Start + 5, end: null, "yes", bucket.Start + 7, bucket.Start));

        public static IEnumerable<PredictionRow> Predictions(int day) => Buckets(day).Select(bucket => new PredictionRow
        {
            Origin = new RecordOrigin(bucket.Start, "predictions", 0, bucket.Start),
            PredictionId = "id",
            EntityId = bucket.Entity,
            BucketStart = bucket.Start,
            BucketEnd = bucket.Start + SampleRows.BucketLength,
            Revision = 0,
            FeatureSet = "herd",
            FeatureSetVersion = 1,
            FeatureSetHash = "hash",
            Deployment = "health",
            ModelName = "model",
            ModelVersion = "1",
            ModelSha256 = "sha",
            Stage = "production",
            Scores = new[] { 0.25, 0.75 },
            PipelineVersion = "0.1.0",
        });

        public IAsyncEnumerable<VectorRow> VectorsAsync(VectorQuery query, CancellationToken cancellation = default) => Days(Vectors);

        public IAsyncEnumerable<PredictionRow> PredictionsAsync(PredictionQuery query, CancellationToken cancellation = default) => Days(Predictions);

        public IAsyncEnumerable<LabelRow> LabelsAsync(LabelQuery query, CancellationToken cancellation = default) => Days(Labels);

        public IAsyncEnumerable<DeployedPrediction> DeployedPredictionsAsync(PredictionQuery query, CancellationToken cancellation = default) => throw new NotSupportedException("An export does not judge.");

        public IAsyncEnumerable<string> EntitiesAsync(TimeRange range, CancellationToken cancellation = default) => AsyncEnumerable.Empty<string>();

        public IAsyncEnumerable<DeploymentRow> DeploymentsAsync(string? deployment = null, CancellationToken cancellation = default) => AsyncEnumerable.Empty<DeploymentRow>();

        public IAsyncEnumerable<JobRow> JobsAsync(string? jobId = null, CancellationToken cancellation = default) => AsyncEnumerable.Empty<JobRow>();

        public IAsyncEnumerable<FeatureSetRow> FeatureSetsAsync(string? name = null, CancellationToken cancellation = default) => AsyncEnumerable.Empty<FeatureSetRow>();

        public Task<HistoryCounts> CountAsync(CancellationToken cancellation = default) => Task.FromResult(default(HistoryCounts));

        private static IEnumerable<(string Entity, long Start)> Buckets(int day) =>
            from entity in Enumerable.Range(100, Entities)
            from bucket in Enumerable.Range(0, BucketsADay)
            select ($"cow-{entity}", ((Day.Of(SampleRows.FirstBucket) + day) * Day.Milliseconds) + (bucket * SampleRows.BucketLength));

        private IAsyncEnumerable<T> Days<T>(Func<int, IEnumerable<T>> ofDay) => Enumerable.Range(0, days).SelectMany(ofDay).ToAsyncEnumerable();
    }
}
