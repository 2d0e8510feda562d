using Streaming.History.Rows;
using Streaming.History.Sqlite;
using Streaming.Monitoring;

namespace Streaming.Cli.Tests;

/// <summary>A small history with everything in it: cows with two features, one revision, predictions, and illness that is reported days later.</summary>
internal static class HerdHistory
{
    public const long Start = 1_769_860_800_000; // 2026-01-31T12:00:00Z
    public const long Bucket = 600_000;
    public const string Hash = "c0ffee";

    /// <summary>Writes it into a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="buckets">How many buckets each of the two cows has.</param>
    public static async Task MakeAsync(string file, int buckets)
    {
        await using var history = await SqliteHistory.OpenAsync(new SqliteHistoryOptions { Path = file });
        await history.WriteAsync([FeatureSet(), Label()], CancellationToken.None);
        foreach (var part in Enumerable.Range(0, buckets).Chunk(2000))
        {
            await history.WriteAsync([.. part.SelectMany(bucket => Rows("cow-1", bucket)), .. part.SelectMany(bucket => Rows("cow-2", bucket))], CancellationToken.None);
        }

        // Of cow-1's first bucket late readings came an hour later.
        await history.WriteAsync([Vector("cow-1", 0, revision: 1, Start + 3_600_000, 39.5)], CancellationToken.None);
    }

    private static IEnumerable<HistoryRow> Rows(string cow, int bucket)
    {
        var known = Start + ((bucket + 1) * Bucket);
        yield return Vector(cow, bucket, revision: 0, known, 38.5 + (bucket % 10 / 10.0));
        yield return new PredictionRow
        {
            Origin = new RecordOrigin(known + 1, "predictions", cow[^1], bucket),
            PredictionId = $"{cow}{bucket}",
            EntityId = cow,
            BucketStart = Start + (bucket * Bucket),
            BucketEnd = known,
            Revision = 0,
            FeatureSet = "herd",
            FeatureSetVersion = 2,
            FeatureSetHash = Hash,
            Deployment = "herd",
            ModelName = "herd-lda",
            ModelVersion = "7",
            ModelSha256 = "abc",
            Stage = "production",
            Scores = new[] { 0.125, 0.875 },
            Label = "ill",
            PipelineVersion = "0.1.0",
        };
    }

    private static VectorRow Vector(string cow, int bucket, int revision, long known, double temperature) => new()
    {
        Origin = new RecordOrigin(known, "feature.vectors", cow[^1], bucket + (revision * 1_000_000)),
        EntityId = cow,
        BucketStart = Start + (bucket * Bucket),
        BucketEnd = Start + ((bucket + 1) * Bucket),
        FeatureSet = "herd",
        FeatureSetVersion = 2,
        FeatureSetHash = Hash,
        Revision = revision,
        Features = new[] { temperature, double.NaN },
        Missing = new[] { 1 },
        ReadingCount = 3,
        LateCount = revision,
        Completeness = 0.5,
        CloseReason = revision == 0 ? "watermark" : "revision",
        InputPartition = 0,
        FirstOffset = bucket,
        LastOffset = bucket,
    };

    private static FeatureSetRow FeatureSet() => new()
    {
        Origin = new RecordOrigin(Start, "feature.sets", 0, 0),
        Name = "herd",
        Version = 2,
        Hash = Hash,
        Content = "name: herd",
        Layout = [new FeatureColumn("temperature", "mean of temperature", "°C"), new FeatureColumn("activity", "sum of steps", "")],
    };

    private static LabelRow Label() => new()
    {
        Origin = new RecordOrigin(Start + (2 * 86_400_000), "labels", 0, 0),
        EntityId = "cow-2",
        EventTime = Start + Bucket,
        EventEnd = Start + (3 * Bucket),
        Name = "illness",
        Value = "ill",
        KnownAt = Start,
        Source = "vet",
    };
}
