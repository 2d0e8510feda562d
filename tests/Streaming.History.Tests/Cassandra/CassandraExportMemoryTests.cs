using System.Diagnostics;
using System.Globalization;
using Streaming.History.Cassandra;
using Streaming.History.Export;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.History.Tests.Export;
using Streaming.History.Writer;
using Streaming.Testing;

namespace Streaming.History.Tests.Cassandra;

/// <summary>A long history in a real cluster, read as data scientists do.</summary>
[Collection(nameof(ExportMemoryTests))]
[Trait("Category", "Bench")]
public sealed class CassandraExportMemoryTests(CassandraServer server) : IAsyncLifetime
{
    private const int Entities = 100;
    private const int BucketsADay = 144;
    private const int RowsADay = Entities * BucketsADay;
    private const int Days = 70;
    private const long Mebibyte = 1 << 20;
    private readonly CassandraKeyspace _keyspace = new(server);

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _keyspace.DisposeAsync();

    [Fact]
    public async Task A_million_rows_are_exported_in_constant_memory()
    {
        await using var history = await CassandraHistory.OpenAsync(await _keyspace.OptionsAsync(), cancellation: Ending);
        for (var day = 0; day < Days; day++)
        {
            await WriteAsync(history, [.. Vectors(day), .. Labels(day)]);
        }

        const long Rows = (long)Days * RowsADay;
        List<long> heap = [], resident = [];
        var next = Rows / 20;
        var watch = Stopwatch.StartNew();
        var result = await new Exporter(history, ExportRows.Query).WriteAsync(
            ExportFormat.Csv,
            Stream.Null,
            progress =>
            {
                if (progress.Rows >= next)
                {
                    next += Rows / 20;
                    resident.Add(Environment.WorkingSet / Mebibyte);
                    heap.Add(GC.GetTotalMemory(forceFullCollection: true) / Mebibyte);
                }
            },
            Ending);

        TestContext.Current.SendDiagnosticMessage(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Counts.Rows} rows in {watch.Elapsed.TotalSeconds:F1} s, {result.Bytes / Mebibyte} MiB; heap {string.Join(' ', heap)} MiB; resident {string.Join(' ', resident)} MiB"));
        Assert.Equal(Rows, result.Counts.Rows);
        Assert.Equal(Rows, result.Counts.Of(LabelState.Known));
        Assert.InRange(heap.Count, 18, 20);
        Assert.InRange(heap.Skip(1).Max() - heap.Skip(1).Min(), 0, 4);
        Assert.InRange(resident[^1] - resident[1], long.MinValue, 32);
    }

    [Fact]
    public async Task A_hundred_thousand_rows_of_an_entity_are_read_in_two_seconds()
    {
        const int Rows = 100_000;
        const int Rounds = 5;
        await using var history = await CassandraHistory.OpenAsync(await _keyspace.OptionsAsync(), cancellation: Ending);
        await WriteAsync(history, [.. Enumerable.Range(0, Rows).Select(minute => ExportRows.Vector("cow-100", SampleRows.FirstBucket + (minute * 60_000L), minute))]);

        var times = new List<(double Elapsed, double Used)>();
        for (var round = 0; round < Rounds; round++)
        {
            var (used, watch, count) = (Environment.CpuUsage.TotalTime, Stopwatch.StartNew(), 0);
            await foreach (var row in history.VectorsAsync(new VectorQuery { EntityId = "cow-100", Range = new TimeRange(SampleRows.FirstBucket, long.MaxValue) }, Ending))
            {
                count++;
            }

            Assert.Equal(Rows, count);
            times.Add((watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - used).TotalSeconds));
        }

        TestContext.Current.SendDiagnosticMessage(string.Join("; ", times.Select(time => string.Create(CultureInfo.InvariantCulture, $"{time.Elapsed:F2} s, {time.Used:F2} s of CPU"))));
        Assert.InRange(times.Min(time => time.Elapsed), 0, 2);
    }

    private static async Task WriteAsync(CassandraHistory history, HistoryRow[] rows)
    {
        foreach (var part in rows.Chunk(5000))
        {
            Assert.Empty(await history.WriteAsync(part, Ending));
        }
    }

    private static long StartOf(int day) => (Day.Of(SampleRows.FirstBucket) + day) * Day.Milliseconds;

    private static IEnumerable<VectorRow> Vectors(int day) =>
        from entity in Enumerable.Range(100, Entities)
        from bucket in Enumerable.Range(0, BucketsADay)
        let start = StartOf(day) + (bucket * SampleRows.BucketLength)
        select ExportRows.Vector($"cow-{entity}", start, start);

    private static IEnumerable<LabelRow> Labels(int day) => Enumerable.Range(100, Entities)
        .Select(entity => ExportRows.Label($"cow-{entity}", StartOf(day), StartOf(day + 1), "no", StartOf(day + 2), (entity * 1000L) + day));
}
