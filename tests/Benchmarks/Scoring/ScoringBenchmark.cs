using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Streaming.Avro;
using Streaming.Benchmarks.Drain;
using Streaming.Contracts;
using Streaming.Models.Deployments;
using Streaming.Models.Packages;
using Streaming.Models.Scoring;
using Streaming.Pipes;

namespace Streaming.Benchmarks.Scoring;

/// <summary>
/// From a feature vector's bytes to a prediction's, by the filter with few and with many vectors at a time, and the way in which a model is asked at
/// first: a decoded object, a new tensor and a call of the runtime for each vector, without writing what comes out.
/// </summary>
internal static class ScoringBenchmark
{
    private const int SchemaId = 1;
    private const int CallsEach = 10;
    private const int Seed = 20260101;
    private const double Tolerance = 1e-6;
    private static readonly int[] Sizes = [1, 16, 256];

    public static bool Run()
    {
        var package = ModelPackage.Load(Path.Combine(Folders.Models, "bench-mlp"));
        using var filter = new ScoringFilter(DeployedModels.FromDirectory(Folders.Models).Of(Stage.Production), new OneSchema(SchemaId, FeatureVector.Schema), "0");
        filter.Start(new FilterTopics([new("feature.vectors", 1, SchemaId)], [new("predictions", 1, SchemaId)]));
        using var session = new InferenceSession(Path.Combine(Folders.Models, "bench-mlp", ModelPackage.OnnxFile));
        var vectors = Vectors(package.Manifest, Sizes.Max());
        Check(filter, session, package.Manifest, vectors);

        var measurement = new Measurement("scoring", CallsEach);
        var output = new OutputBatch();
        foreach (var size in Sizes)
        {
            var batch = Batch(vectors[..size]);
            measurement.Add($"filter, {size} at a time", size, () => Score(filter, batch, output), size);
        }

        measurement.Add("a tensor and a call for each", vectors.Length, () => vectors.Sum(vector => Plain(session, package.Manifest, vector) >= 0 ? 1 : 0), vectors.Length);
        var costs = measurement.Run();
        var many = costs[$"filter, {Sizes.Max()} at a time"];
        var plain = costs["a tensor and a call for each"];
        Console.WriteLine($"{plain.Nanoseconds / many.Nanoseconds:F1} times faster than a tensor and a call for each");
        return many.Nanoseconds < plain.Nanoseconds && Sizes.All(size => costs[$"filter, {size} at a time"].Bytes == 0);
    }

    private static void Check(ScoringFilter filter, InferenceSession session, ModelManifest manifest, byte[][] vectors)
    {
        var output = new OutputBatch();
        Score(filter, Batch(vectors), output);
        for (var i = 0; i < vectors.Length; i++)
        {
            AvroCodec.TryDecode<Prediction>(output[i].Record.Value[ConfluentFraming.HeaderLength..], AvroLimits.Default, out var prediction);
            var expected = Plain(session, manifest, vectors[i]);
            if (!(Math.Abs(prediction!.Scores[^1] - expected) <= Tolerance))
            {
                throw new InvalidOperationException($"Vector {i} was scored {prediction.Scores[^1]:R} by the filter and {expected:R} by the runtime alone: the run is void.");
            }
        }
    }

    private static int Score(ScoringFilter filter, RecordBatch batch, OutputBatch output)
    {
        output.Clear();
        filter.Process(batch, output);
        return output.Count;
    }

    private static float Plain(InferenceSession session, ModelManifest manifest, byte[] record)
    {
        AvroCodec.TryDecode<FeatureVector>(record.AsSpan(ConfluentFraming.HeaderLength), AvroLimits.Default, out var vector);
        var row = new DenseTensor<float>(vector!.Features.Select(value => (float)value).ToArray().AsMemory(), (int[])[1, vector.Features.Length]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor(manifest.Input, row)]);
        return results[0].AsTensor<float>().ToArray()[^1];
    }

    private static byte[][] Vectors(ModelManifest manifest, int count)
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, count).Select(i => AvroCodec.ToFramed(new FeatureVector
        {
            EntityId = $"cow-{i:D4}",
            BucketStart = 1_780_000_200_000,
            BucketEnd = 1_780_000_800_000,
            FeatureSet = manifest.FeatureSet.Name,
            FeatureSetVersion = manifest.FeatureSet.Version,
            FeatureSetHash = manifest.FeatureSet.Hash,
            Revision = 0,
            Features = [.. manifest.FeatureSet.Features.Select(_ => 40 * random.NextDouble())],
            Missing = [],
            ReadingCount = 60,
            LateCount = 0,
            Completeness = 1,
            CloseReason = CloseReason.Watermark,
            InputPartition = 0,
            FirstOffset = 0,
            LastOffset = 59,
        }, SchemaId))];
    }

    private static RecordBatch Batch(byte[][] vectors)
    {
        var batch = new RecordBatch();
        batch.Start(0, 0);
        for (var i = 0; i < vectors.Length; i++)
        {
            batch.Add(i, 1_780_000_801_000, "cow"u8, hasKey: true, vectors[i], hasValue: true);
        }

        return batch;
    }
}
