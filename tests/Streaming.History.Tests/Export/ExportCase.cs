using Streaming.History.Export;
using Streaming.History.Queries;
using Streaming.History.Rows;
using Streaming.History.Writer;

namespace Streaming.History.Tests.Export;

/// <summary>A random history, and a random export of it.</summary>
internal sealed class ExportCase
{
    private const int Features = 3;

    public ExportCase(int seed, int count = 900, int buckets = 60)
    {
        var random = new Random(seed);
        Rows = [.. SampleRows.Of(seed, count, buckets).Select(row => row is VectorRow vector ? vector with { Features = Resized(vector.Features) } : row)];
        var from = SampleRows.FirstBucket + (random.Next(-5, buckets) * SampleRows.BucketLength);
        Query = new ExportQuery
        {
            FeatureSet = new ExportedFeatureSet("occupancy", random.Next(1, 3), "hash" + random.Next(2), [new("temperature", "mean of \"temp\"", "°C"), new("label", "", ""), new("Luft, außen", "", "")]),
            Range = random.Next(3) == 0 ? TimeRange.All : new TimeRange(from, from + (random.NextInt64(0, buckets) * SampleRows.BucketLength)),
            AsOf = random.Next(3) == 0 ? long.MaxValue : SampleRows.FirstBucket + (random.Next(count / 3) * 60_000L) - random.Next(2),
            EntityId = random.Next(4) == 0 ? "Kuh Ä" : null,
            Label = random.Next(5) == 0 ? null : new LabelRule(random.Next(2) == 0 ? "occupied" : "ill", random.NextInt64(0, 8 * SampleRows.BucketLength), random.Next(2) == 0 ? null : "no, \"really\""),
            Deployment = random.Next(3) == 0 ? null : random.Next(2) == 0 ? "occupancy" : "health",
        };
    }

    public IReadOnlyList<HistoryRow> Rows { get; }

    public ExportQuery Query { get; }

    public static async Task<byte[]> BytesAsync(IHistoryReader history, ExportQuery query, ExportFormat format)
    {
        using var file = new MemoryStream();
        await new Exporter(history, query).WriteAsync(format, file, cancellation: TestContext.Current.CancellationToken);
        return file.ToArray();
    }

    private static double[] Resized(ReadOnlyMemory<double> values)
    {
        var resized = new double[Features];
        Array.Fill(resized, double.NaN);
        values.Span[..Math.Min(Features, values.Length)].CopyTo(resized);
        return resized;
    }
}
