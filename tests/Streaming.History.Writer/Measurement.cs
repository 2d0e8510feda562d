using System.Diagnostics;
using System.Globalization;
using Streaming.History.Quality;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.History.Writer;

/// <summary>How fast the history is with rows of the sample's shape: five features, one score, a label a minute for two rooms.</summary>
internal static class Measurement
{
    private const int Batch = 2000;

    /// <param name="history">What is measured.</param>
    /// <param name="count">A third of the rows that are written.</param>
    /// <param name="server">The process of the server that is behind it; null where there is none.</param>
    public static async Task RunAsync(IHistory history, int count, int? server = null)
    {
        await WriteAsync(history, "warm up", Mixed(4000, "warm-up"), server);
        await WriteAsync(history, "write", Mixed(count), server);
        await WriteAsync(history, "write again", Mixed(count), server);
        await WriteAsync(history, "write vectors", [.. Mixed(3 * count, "vectors").OfType<VectorRow>()], server);
        await ReadAsync("vectors of an entity", history.VectorsAsync(new VectorQuery { EntityId = "room-0" }));
        await ReadAsync("predictions of all", history.PredictionsAsync(new PredictionQuery()));
        for (var round = 0; round < 5; round++)
        {
            await TimeAsync("count", async () => (await history.CountAsync()).ToString());
            await TimeAsync("quality", async () =>
                (await QualityReport.ComputeAsync(history, new QualityQuery()))[0].Total.Total.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static List<HistoryRow> Mixed(int count, string entity = "room") => [.. Enumerable.Range(0, count).SelectMany(index => Rows(index, entity))];

    private static async Task WriteAsync(IHistory history, string what, List<HistoryRow> rows, int? server)
    {
        using var share = server is { } process ? new ServerShare(process) : null;
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        for (var start = 0; start < rows.Count; start += Batch)
        {
            await history.WriteAsync(rows.GetRange(start, Math.Min(Batch, rows.Count - start)), CancellationToken.None);
        }

        Say(what, rows.Count, watch.Elapsed, Environment.CpuUsage.TotalTime - cpu);
        if (share?.Read() is var (used, percent))
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"server of {what}: {used.TotalMicroseconds / rows.Count:F1} us of CPU a row, {percent:F1} % of what others left to it"));
        }
    }

    private static async Task ReadAsync<T>(string what, IAsyncEnumerable<T> rows)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        var count = 0;
        await foreach (var row in rows)
        {
            count++;
        }

        Say(what, count, watch.Elapsed, Environment.CpuUsage.TotalTime - cpu);
    }

    private static async Task TimeAsync(string what, Func<Task<string>> work)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        var watch = Stopwatch.StartNew();
        var result = await work();
        var (elapsed, used) = (watch.Elapsed.TotalMilliseconds, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {elapsed:F1} ms, {used:F1} ms of CPU ({result})"));
    }

    private static void Say(string what, int count, TimeSpan elapsed, TimeSpan cpu) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{what}: {count} rows, {count / elapsed.TotalSeconds:F0} rows/s, {elapsed.TotalMicroseconds / count:F1} us and {cpu.TotalMicroseconds / count:F1} us of CPU a row"));

    private static IEnumerable<HistoryRow> Rows(int index, string entity)
    {
        var random = new Random(index);
        var start = 1_422_900_000_000 + (index / 2 * 60_000L);
        var room = $"{entity}-{index % 2}";
        var known = start + 90_000;
        yield return new VectorRow
        {
            Origin = new RecordOrigin(known, "feature.vectors", index % 4, index / 4),
            EntityId = room,
            BucketStart = start,
            BucketEnd = start + 60_000,
            FeatureSet = "occupancy",
            FeatureSetVersion = 1,
            FeatureSetHash = new string('a', 64),
            Revision = 0,
            Features = (double[])[23.18, 27.272, 426.0, random.NextDouble() * 1000, 0.00479298817650529],
            Missing = ReadOnlyMemory<int>.Empty,
            ReadingCount = 5,
            LateCount = 0,
            Completeness = 1,
            CloseReason = "complete",
            InputPartition = index % 4,
            FirstOffset = index * 5L,
            LastOffset = (index * 5L) + 4,
        };
        yield return new PredictionRow
        {
            Origin = new RecordOrigin(known, "predictions", index % 4, index / 4),
            PredictionId = random.NextInt64().ToString("x32", CultureInfo.InvariantCulture),
            EntityId = room,
            BucketStart = start,
            BucketEnd = start + 60_000,
            Revision = 0,
            FeatureSet = "occupancy",
            FeatureSetVersion = 1,
            FeatureSetHash = new string('a', 64),
            Deployment = "occupancy",
            ModelName = "occupancy-lda",
            ModelVersion = "1",
            ModelSha256 = new string('b', 64),
            Stage = "production",
            Scores = (double[])[random.NextDouble()],
            Label = random.Next(2) == 0 ? "1" : "0",
            Threshold = 0.5,
            PipelineVersion = "0.1.0",
        };
        yield return new LabelRow
        {
            Origin = new RecordOrigin(known, "labels", index % 4, index / 4),
            EntityId = room,
            EventTime = start + 30_000,
            Name = "occupancy",
            Value = random.Next(2) == 0 ? "1" : "0",
            KnownAt = known,
            Source = "sample",
        };
    }
}
