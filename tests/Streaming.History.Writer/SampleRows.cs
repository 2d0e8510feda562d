using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.History.Writer;

/// <summary>Random rows of all kinds, the same for the same seed, over few entities and times so that they meet.</summary>
public sealed class SampleRows
{
    /// <summary>The first bucket's start: 20:00 on a day, so that the samples cross midnight.</summary>
    public const long FirstBucket = 16_000L * 86_400_000 + 20 * 3_600_000L;

    /// <summary>The length of a bucket.</summary>
    public const long BucketLength = 600_000;

    private static readonly string[] Entities = ["room-1", "room-2", "Kuh Ä", "牛", "\U0001F404", "a'b\"c\0d"];
    private static readonly string[] Deployments = ["occupancy", "health"];
    private static readonly string[] LabelNames = ["occupied", "ill"];
    private static readonly string[] Values = ["yes", "no", "maybe"];
    private static readonly double[] Numbers =
    [
        double.NaN, 0.0, -0.0, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, double.MaxValue, double.MinValue, 0.1, 1.0 / 3, 5, 1e300, -1e-300,
        9007199254740993,
    ];

    private readonly Random _random;
    private readonly int _buckets;

    private SampleRows(int seed, int buckets) => (_random, _buckets) = (new Random(seed), buckets);

    /// <summary>Rows with origins of their own, in the order of their known times.</summary>
    /// <param name="seed">Another seed, other rows.</param>
    /// <param name="count">How many.</param>
    /// <param name="buckets">Over how many buckets they spread.</param>
    public static List<HistoryRow> Of(int seed, int count, int buckets = 40)
    {
        var sample = new SampleRows(seed, buckets);
        return [.. Enumerable.Range(0, count).Select(index => sample.Row(index))];
    }

    private HistoryRow Row(int index)
    {
        // Several records share a millisecond, some partitions share offsets, and some brokers stamp nothing.
        var known = _random.Next(20) == 0 ? RecordOrigin.Unstamped : FirstBucket + (index / 3 * 60_000);
        RecordOrigin At(string topic) => new(known, topic, index % 4, index / 4);
        return _random.Next(20) switch
        {
            < 7 => Vector(At("feature.vectors")),
            < 14 => Prediction(At(_random.Next(3) == 0 ? "predictions.shadow" : "predictions")),
            < 17 => Label(At("labels")),
            17 => Deployment(At("model.deployments")),
            18 => Job(At("pipeline.jobs")),
            _ => FeatureSet(At("feature.sets")),
        };
    }

    private VectorRow Vector(RecordOrigin origin)
    {
        var start = Bucket();
        return new VectorRow
        {
            Origin = origin,
            EntityId = Pick(Entities),
            BucketStart = start,
            BucketEnd = start + BucketLength,
            FeatureSet = Pick(Deployments),
            FeatureSetVersion = _random.Next(1, 3),
            FeatureSetHash = "hash" + _random.Next(2),
            Revision = _random.Next(3),
            Features = Doubles(),
            Missing = Enumerable.Range(0, _random.Next(4)).ToArray(),
            ReadingCount = _random.Next(100),
            LateCount = _random.Next(3),
            Completeness = Pick(Numbers),
            CloseReason = "watermark",
            InputPartition = _random.Next(4),
            FirstOffset = _random.NextInt64(),
            LastOffset = long.MaxValue,
        };
    }

    private PredictionRow Prediction(RecordOrigin origin)
    {
        var start = Bucket();
        return new PredictionRow
        {
            Origin = origin,
            PredictionId = _random.NextInt64().ToString("x32", System.Globalization.CultureInfo.InvariantCulture),
            EntityId = Pick(Entities),
            BucketStart = start,
            BucketEnd = start + BucketLength,
            Revision = _random.Next(3),
            FeatureSet = "climate",
            FeatureSetVersion = 1,
            FeatureSetHash = "hash" + _random.Next(2),
            Deployment = Pick(Deployments),
            ModelName = "lda",
            ModelVersion = "v" + _random.Next(2),
            ModelSha256 = "sha" + _random.Next(2),
            Stage = _random.Next(3) == 0 ? "shadow" : "production",
            Scores = Doubles(),
            Label = _random.Next(8) == 0 ? null : Pick(Values),
            Threshold = _random.Next(3) == 0 ? null : Pick(Numbers),
            PipelineVersion = "0.1.0",
            Features = _random.Next(2) == 0 ? null : Doubles(),
        };
    }

    private LabelRow Label(RecordOrigin origin)
    {
        var start = Bucket() + _random.Next(-1, (int)BucketLength);
        return new LabelRow
        {
            Origin = origin,
            EntityId = Pick(Entities),
            EventTime = start,
            EventEnd = _random.Next(2) == 0 ? null : start + _random.NextInt64(1, 12 * BucketLength),
            Name = Pick(LabelNames),
            Value = Pick(Values),
            KnownAt = origin.KnownTime - 5,
            Source = "vet \u2028\n\t",
            PredictionId = _random.Next(2) == 0 ? null : "p",
        };
    }

    private DeploymentRow Deployment(RecordOrigin origin) => new()
    {
        Origin = origin,
        Deployment = Pick(Deployments),
        Revision = _random.Next(1, 4),
        BasedOn = _random.Next(3),
        FeatureSet = "climate",
        FeatureSetVersion = 1,
        FeatureSetHash = "hash0",
        ModelName = "lda",
        ModelVersion = "v1",
        ModelSha256 = "sha0",
        Stage = "production",
        Actor = "ann",
        Reason = "",
    };

    private JobRow Job(RecordOrigin origin) => new()
    {
        Origin = origin,
        JobId = "job" + _random.Next(3),
        Kind = "backfill",
        State = "progressed",
        Actor = "bob",
        Reason = "why not",
        RangeStart = _random.Next(2) == 0 ? null : FirstBucket,
        RangeEnd = null,
        Parameters = new Dictionary<string, string> { ["z"] = "1", ["a"] = "\"<ä>" },
        Result = new Dictionary<string, string>(),
    };

    private FeatureSetRow FeatureSet(RecordOrigin origin) => new()
    {
        Origin = origin,
        Name = Pick(Deployments),
        Version = _random.Next(1, 3),
        Hash = "hash" + _random.Next(2),
        Content = "name: x\nfeatures: []\n",
        Layout = [new FeatureColumn("temperature", "mean of \"temp\"", "°C"), new FeatureColumn("light", "", "")],
    };

    private long Bucket() => FirstBucket + (_random.Next(_buckets) * BucketLength);

    private double[] Doubles() => [.. Enumerable.Range(0, _random.Next(6)).Select(_ => _random.Next(2) == 0 ? Pick(Numbers) : _random.NextDouble() * 1000)];

    private T Pick<T>(T[] items) => items[_random.Next(items.Length)];
}
