using Streaming.Avro;
using Streaming.Contracts;

namespace Streaming.Benchmarks.Drain;

/// <summary>What came out, whatever the order: entity, bucket and every bit of the values of each vector, and of the scores of each prediction.</summary>
internal sealed class Checksum
{
    private ulong _sum;

    public long Vectors { get; private set; }

    public long Predictions { get; private set; }

    /// <summary>The finaliser of splitmix64.</summary>
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    /// <summary>Takes a record of feature.vectors.</summary>
    public void AddVector(ReadOnlySpan<byte> framed)
    {
        if (!ConfluentFraming.TryRead(framed, out _, out var body) || FeatureVectorView.TryRead(body, AvroLimits.Default, out var vector) != AvroStatus.Ok)
        {
            throw new InvalidDataException("feature.vectors holds something that is no vector.");
        }

        Span<double> values = stackalloc double[vector.Features.Count];
        vector.Features.CopyTo(values);
        Add(vector.EntityId, vector.BucketStart, vector.Revision, values);
        Vectors++;
    }

    /// <summary>Takes a record of predictions.</summary>
    public void AddPrediction(ReadOnlySpan<byte> framed)
    {
        if (!ConfluentFraming.TryRead(framed, out _, out var body) || PredictionView.TryRead(body, AvroLimits.Default, out var prediction) != AvroStatus.Ok)
        {
            throw new InvalidDataException("predictions holds something that is no prediction.");
        }

        Span<double> scores = stackalloc double[prediction.Scores.Count];
        prediction.Scores.CopyTo(scores);
        Add(prediction.EntityId, prediction.BucketStart, ~prediction.Revision, scores);
        Predictions++;
    }

    public override string ToString() => $"{Vectors} vectors, {Predictions} predictions, {_sum:x16}";

    private void Add(ReadOnlySpan<byte> entity, long bucket, int kind, ReadOnlySpan<double> values)
    {
        var hash = Mix((ulong)bucket ^ ((ulong)(uint)kind << 40));
        foreach (var letter in entity)
        {
            hash = Mix(hash ^ letter);
        }

        foreach (var value in values)
        {
            hash = Mix(hash ^ (ulong)BitConverter.DoubleToInt64Bits(value));
        }

        _sum = unchecked(_sum + hash);
    }
}
