using Streaming.History.Quality;
using Streaming.History.Queries;
using Streaming.History.Writer;

namespace Streaming.History.Tests;

/// <summary>Random questions that sample rows have answers to.</summary>
internal sealed class Questions(int seed)
{
    private readonly Random _random = new(seed);

    public TimeRange Range()
    {
        if (_random.Next(3) == 0)
        {
            return _random.Next(2) == 0 ? TimeRange.All : TimeRange.OfDay(Time());
        }

        var from = Time();
        return new TimeRange(from, from + (_random.NextInt64(-1, 9) * SampleRows.BucketLength));
    }

    public VectorQuery Vectors() => new()
    {
        EntityId = Maybe("room-1", "牛", "a'b\"c\0d", "nobody"),
        Range = Range(),
        AsOf = AsOf(),
        NewestFirst = _random.Next(2) == 0,
        Limit = Limit(),
        FeatureSet = Maybe("occupancy", "health"),
        FeatureSetVersion = _random.Next(3) == 0 ? _random.Next(1, 3) : null,
        Revisions = Choice(),
    };

    public PredictionQuery Predictions() => new()
    {
        EntityId = Maybe("room-1", "Kuh Ä", "\U0001F404"),
        Range = Range(),
        AsOf = AsOf(),
        NewestFirst = _random.Next(2) == 0,
        Limit = Limit(),
        Deployment = Maybe("occupancy", "health"),
        ModelName = Maybe("lda", "other"),
        ModelVersion = Maybe("v0", "v1"),
        Stage = Maybe("shadow", "production"),
        Revisions = Choice(),
    };

    public LabelQuery Labels() => new()
    {
        EntityId = Maybe("room-2", "Kuh Ä"),
        Range = Range(),
        AsOf = AsOf(),
        NewestFirst = _random.Next(2) == 0,
        Limit = Limit(),
        Name = Maybe("occupied", "ill"),
    };

    public QualityQuery Quality() => new()
    {
        Deployment = Maybe("occupancy", "health"),
        LabelName = Maybe("occupied", "ill"),
        ModelVersion = Maybe("v0", "v1"),
        Stage = Maybe("shadow", "production"),
        Range = Range(),
        AsOf = AsOf(),
    };

    private long Time() => SampleRows.FirstBucket + (_random.Next(-5, 45) * SampleRows.BucketLength) + _random.Next(2);

    private long? AsOf() => _random.Next(2) == 0 ? null : SampleRows.FirstBucket + (_random.Next(200) * 60_000L) - _random.Next(2);

    private int? Limit() => _random.Next(3) == 0 ? _random.Next(20) : null;

    private Revisions Choice() => _random.Next(2) == 0 ? Revisions.Highest : Revisions.All;

    private string? Maybe(params string[] values) => _random.Next(2) == 0 ? null : values[_random.Next(values.Length)];
}
