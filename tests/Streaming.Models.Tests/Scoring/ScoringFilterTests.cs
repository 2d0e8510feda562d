using System.Text;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Models.Deployments;
using Streaming.Models.Scoring;
using Streaming.Models.Tests.Support;
using Streaming.Pipes;

namespace Streaming.Models.Tests.Scoring;

public sealed class ScoringFilterTests : IDisposable
{
    private const int PredictionSchemaId = 77;
    private const int Seed = 20260131;

    private readonly PackageFolder _folder = new(OnnxModel.Logistic([1, 2]).Build(), 2);
    private readonly RecordBatch _batch = new();
    private readonly OutputBatch _output = new();
    private long _offset;

    public ScoringFilterTests() => _batch.Start(0, 3);

    [Fact]
    public void A_prediction_says_which_vector_and_which_model_it_came_from()
    {
        using var filter = Filter();
        Add(Vector("e1", [0.5, 0.25], revision: 2));

        filter.Process(_batch, _output);

        var prediction = Assert.Single(Predictions());
        var sha256 = _folder.Load().Sha256;
        Assert.Equal(PredictionId.Compute("deployment", sha256, PackageFolder.SetHash, "e1", 60_000, 2), prediction.PredictionId);
        Assert.Equal(
            ("e1", 60_000, 120_000, 2, "set", 1, PackageFolder.SetHash),
            (prediction.EntityId, prediction.BucketStart, prediction.BucketEnd, prediction.Revision, prediction.FeatureSet, prediction.FeatureSetVersion, prediction.FeatureSetHash));
        Assert.Equal(
            ("deployment", "test", "1", sha256, Stage.Production, "9.9"),
            (prediction.Deployment, prediction.ModelName, prediction.ModelVersion, prediction.ModelSha256, prediction.Stage, prediction.PipelineVersion));
        Assert.Equal(1 / (1 + Math.Exp(-1)), prediction.Scores[1], 14);
        Assert.Equal(("1", 0.5), (prediction.Label, prediction.Threshold));
        Assert.Null(prediction.Features);
        Assert.Equal("e1", Encoding.UTF8.GetString(_output[0].Record.Key));
        Assert.Equal((0, OutputBatch.ByKey), (_output[0].Topic, _output[0].Partition));
        Assert.Equal(1, filter.Statistics.Models[0].Scored);
    }

    [Fact]
    public void Predictions_come_in_the_order_of_the_vectors_whatever_is_between_them()
    {
        using var other = new PackageFolder(OnnxModel.Logistic([3]).Build(), 1);
        using var filter = Filter(Deployed(other.WithYaml("name: set\n", "name: other\n"), "other"));
        var random = new Random(Seed);
        var expected = new List<(string Entity, string Set, double Score)>();
        for (var index = 0; index < 2_000; index++)
        {
            var (a, b, entity) = (random.NextDouble() - 0.5, random.NextDouble() - 0.5, $"e{index}");
            switch (random.Next(5))
            {
                case 0:
                    Add(Vector(entity, [a]) with { FeatureSet = "other" });
                    expected.Add((entity, "other", 1 / (1 + Math.Exp(-3 * a))));
                    break;
                case 1:
                    Add(Vector(entity, [a]) with { FeatureSet = "nobody's" });
                    break;
                case 2:
                    Add(Vector(entity, [a, double.NaN]));
                    break;
                default:
                    Add(Vector(entity, [a, b]));
                    expected.Add((entity, "set", 1 / (1 + Math.Exp(-(a + (2 * b))))));
                    break;
            }
        }

        filter.Process(_batch, _output);

        var predictions = Predictions();
        Assert.Equal(expected.Select(item => (item.Entity, item.Set)), predictions.Select(prediction => (prediction.EntityId, prediction.FeatureSet)));
        Assert.All(expected.Zip(predictions), pair => Assert.Equal(pair.First.Score, pair.Second.Scores[1], 14));
        Assert.Equal(2_000, predictions.Count + _output.Refusals.Count + filter.Statistics.PassedOver);
        Assert.Equal(predictions.Count, filter.Statistics.Models.Sum(model => model.Scored));
    }

    [Fact]
    public void The_same_vectors_give_the_same_bytes_in_any_batches()
    {
        using var filter = Filter();
        var random = new Random(Seed);
        var vectors = Enumerable.Range(0, 500).Select(index => Vector($"e{index}", [random.NextDouble() * 4, random.NextDouble() - 4])).ToList();
        vectors.ForEach(vector => Add(vector));
        filter.Process(_batch, _output);
        var whole = Values();

        var parts = new List<byte[]>();
        for (var done = 0; done < vectors.Count;)
        {
            var count = Math.Min(random.Next(1, 40), vectors.Count - done);
            _batch.Start(0, 3);
            _output.Clear();
            vectors.GetRange(done, count).ForEach(vector => Add(vector));
            filter.Process(_batch, _output);
            parts.AddRange(Values());
            done += count;
        }

        Assert.Equal(whole, parts);
    }

    [Fact]
    public void A_vector_of_a_feature_set_without_a_model_is_passed_over()
    {
        using var filter = Filter();
        Add(Vector("e1", [1]) with { FeatureSet = "other" });
        Add(Vector("e1", [1, 2]) with { FeatureSetVersion = 2 });

        filter.Process(_batch, _output);

        Assert.Equal((0, 0), (_output.Count, _output.Refusals.Count));
        Assert.Equal((2, 0), (filter.Statistics.PassedOver, filter.Statistics.Refused));
    }

    [Fact]
    public void A_vector_of_another_content_of_the_feature_set_is_refused()
    {
        using var filter = Filter();
        Add(Vector("e1", [1, 2]) with { FeatureSetHash = new string('b', 64) });
        Add(Vector("e2", [1, 2, 3]));
        Add(Vector("e3", [1, 2]));

        filter.Process(_batch, _output);

        Assert.Equal("e3", Assert.Single(Predictions()).EntityId);
        AssertRefused(0, DeadLetterReason.VectorMismatch, "e1", "with hash bbbb");
        AssertRefused(1, DeadLetterReason.VectorMismatch, "e2", "3 features");
        Assert.Equal(2, filter.Statistics.Refused);
    }

    [Fact]
    public void A_value_that_the_model_does_not_take_refuses_its_vector_alone()
    {
        using var filter = Filter();
        Add(Vector("e1", [1, double.NaN]));
        Add(Vector("e2", [1, 2]));
        Add(Vector("e3", [double.PositiveInfinity, 2]));

        filter.Process(_batch, _output);

        Assert.Equal("e2", Assert.Single(Predictions()).EntityId);
        AssertRefused(0, DeadLetterReason.NotFinite, "e1", "feature 'f1' is missing");
        AssertRefused(1, DeadLetterReason.NotFinite, "e3", "feature 'f0' is Infinity");
        Assert.Equal(2, filter.Statistics.Models[0].Refused);
    }

    [Fact]
    public void A_score_that_is_not_finite_refuses_its_vector_alone()
    {
        // The square root of the sum of two: fine in training, not below zero.
        var onnx = new OnnxModel()
            .Input("features", OnnxModel.Double, OnnxModel.AnyRows, 1)
            .Output("probabilities", OnnxModel.Double, OnnxModel.AnyRows, 1)
            .Constant("shift", OnnxModel.Double, [], [2])
            .Node("Add", ["features", "shift"], ["sum"])
            .Node("Sqrt", ["sum"], ["probabilities"])
            .Build();
        using var folder = new PackageFolder(onnx, 1, kind: "regressor", labels: "");
        using var filter = new ScoringFilter([Deployed(folder, "roots")], new FixedSchemas(), "9.9");
        Start(filter);
        Add(Vector("e1", [2]));
        Add(Vector("e2", [-5]));
        Add(Vector("e3", [7]));

        filter.Process(_batch, _output);

        var predictions = Predictions();
        Assert.Equal([2, 3], predictions.Select(prediction => Assert.Single(prediction.Scores)));
        Assert.All(predictions, prediction => Assert.Null(prediction.Label));
        Assert.All(predictions, prediction => Assert.Null(prediction.Threshold));
        AssertRefused(0, DeadLetterReason.ScoreNotFinite, "e2", "gave the score NaN");
    }

    [Fact]
    public void What_is_no_vector_is_refused_with_its_reason()
    {
        using var filter = Filter();
        var whole = Framed(FixedSchemas.Own, Vector("e", [1, 2]));
        _batch.Add(_offset++, 0, "e"u8, hasKey: true, default, hasValue: false);
        AddBytes("not framed"u8.ToArray());
        AddBytes([.. whole[..4], FixedSchemas.Unknown, .. whole[5..]]);
        AddBytes([.. whole[..4], FixedSchemas.Incompatible, .. whole[5..]]);
        AddBytes(whole[..^1]);
        AddBytes([.. whole, 0]);
        AddBytes(whole);

        filter.Process(_batch, _output);

        Assert.Single(Predictions());
        Assert.Equal(
            [DeadLetterReason.NullValue, DeadLetterReason.NotFramed, DeadLetterReason.UnknownSchema, DeadLetterReason.IncompatibleSchema, DeadLetterReason.Malformed, DeadLetterReason.Malformed],
            _output.Refusals.Select(refusal => refusal.Reason));
        Assert.Equal([0, 1, 2, 3, 4, 5], _output.Refusals.Select(refusal => refusal.Index));
        Assert.Equal("it has no field entity_id", _output.Refusals[3].Detail);
        Assert.Equal(6, filter.Statistics.Refused);
    }

    [Fact]
    public void A_vector_whose_schema_is_not_there_yet_stops_the_batch()
    {
        using var filter = Filter();
        AddBytes([0, 0, 0, 0, FixedSchemas.Fetching, 1]);

        Assert.Throws<InvalidOperationException>(() => filter.Process(_batch, _output));
    }

    [Fact]
    public void A_vector_of_an_older_writer_is_read_by_its_schema()
    {
        using var filter = Filter();
        var vector = Vector("e1", [0.5, 0.25], revision: 2);
        var buffer = new AvroBuffer();
        ConfluentFraming.Write(buffer, FixedSchemas.Older);
        var writer = new AvroWriter(buffer);
        writer.WriteLong(vector.BucketStart);
        writer.WriteString(vector.EntityId);
        writer.WriteLong(vector.BucketEnd);
        writer.WriteString(vector.FeatureSet);
        writer.WriteInt(vector.FeatureSetVersion);
        writer.WriteString(vector.FeatureSetHash);
        writer.WriteInt(vector.Revision);
        writer.WriteDoubles(vector.Features);
        writer.WriteInt(2);
        writer.WriteInt(0);
        writer.WriteDouble(1);
        writer.WriteEnum(0, 5);
        writer.WriteInt(0);
        writer.WriteLong(0);
        writer.WriteLong(1);
        AddBytes(buffer.WrittenSpan.ToArray());
        Add(vector);

        filter.Process(_batch, _output);

        var predictions = Predictions();
        Assert.Equal(2, predictions.Count);
        Assert.Equal(predictions[1], predictions[0]);
    }

    [Fact]
    public void No_bytes_make_it_throw()
    {
        using var filter = Filter();
        var random = new Random(Seed);
        var whole = Framed(FixedSchemas.Own, Vector("e", [1, 2]));
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = whole.ToArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                bytes[random.Next(5, bytes.Length)] = (byte)random.Next(256);
            }

            AddBytes(bytes);
        }

        filter.Process(_batch, _output);

        Assert.Equal(20_000, _output.Count + _output.Refusals.Count + filter.Statistics.PassedOver);
        Assert.NotEmpty(_output.Refusals);
        Assert.True(_output.Count > 0 && filter.Statistics.PassedOver > 0);
    }

    [Fact]
    public void Vectors_are_scored_without_allocation()
    {
        using var filter = Filter();
        for (var index = 0; index < 1_000; index++)
        {
            Add(Vector($"e{index}", [index, -index]));
        }

        for (var round = 0; round < 3; round++)
        {
            _output.Clear();
            filter.Process(_batch, _output);
        }

        _output.Clear();
        var before = GC.GetAllocatedBytesForCurrentThread();
        filter.Process(_batch, _output);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1_000, _output.Count);
    }

    [Fact]
    public void A_model_that_is_swapped_in_scores_from_the_next_batch_on()
    {
        using var better = new PackageFolder(OnnxModel.Logistic([-1, -2]).Build(), 2);
        using var filter = Filter();
        Add(Vector("e1", [1, 1]));
        filter.Process(_batch, _output);
        filter.Slots[0].Offer(Deployed(better, "deployment"));
        filter.Process(_batch, _output);

        var predictions = Predictions();
        Assert.Equal(["1", "0"], predictions.Select(prediction => prediction.Label));
        Assert.NotEqual(predictions[0].ModelSha256, predictions[1].ModelSha256);
        Assert.NotEqual(predictions[0].PredictionId, predictions[1].PredictionId);
    }

    public void Dispose() => _folder.Dispose();

    private static DeployedModel Deployed(PackageFolder folder, string deployment) => new(deployment, Stage.Production, folder.Load());

    private static void Start(ScoringFilter filter) =>
        ((IFilter)filter).Start(new FilterTopics([new TopicShape("feature.vectors", 4, 0)], [new TopicShape("predictions", 4, PredictionSchemaId)]));

    private static FeatureVector Vector(string entity, double[] features, int revision = 0) => new()
    {
        EntityId = entity,
        BucketStart = 60_000,
        BucketEnd = 120_000,
        FeatureSet = "set",
        FeatureSetVersion = 1,
        FeatureSetHash = PackageFolder.SetHash,
        Revision = revision,
        Features = features,
        ReadingCount = 2,
        LateCount = 0,
        Completeness = 1,
        CloseReason = CloseReason.Complete,
        InputPartition = 0,
        FirstOffset = 0,
        LastOffset = 1,
    };

    private static byte[] Framed(int schemaId, FeatureVector vector)
    {
        var buffer = new AvroBuffer();
        ConfluentFraming.Write(buffer, schemaId);
        var writer = new AvroWriter(buffer);
        FeatureVector.Encode(ref writer, vector);
        return buffer.WrittenSpan.ToArray();
    }

    private ScoringFilter Filter(params DeployedModel[] more)
    {
        var filter = new ScoringFilter([Deployed(_folder, "deployment"), .. more], new FixedSchemas(), "9.9");
        Start(filter);
        return filter;
    }

    private void Add(FeatureVector vector) => AddBytes(Framed(FixedSchemas.Own, vector));

    private void AddBytes(byte[] value) => _batch.Add(_offset++, 0, "key"u8, hasKey: true, value, hasValue: true);

    private List<byte[]> Values() => [.. Enumerable.Range(0, _output.Count).Select(index => _output[index].Record.Value.ToArray())];

    private List<Prediction> Predictions() => Values().ConvertAll(value =>
    {
        Assert.True(ConfluentFraming.TryRead(value, out var schemaId, out var body));
        Assert.Equal(PredictionSchemaId, schemaId);
        var reader = new AvroReader(body, AvroLimits.Default);
        Assert.Equal(AvroStatus.Ok, Prediction.TryDecode(ref reader, out var prediction));
        Assert.Equal(AvroStatus.Ok, reader.End());
        return prediction!;
    });

    private void AssertRefused(int index, DeadLetterReason reason, string entity, string detail)
    {
        var refusal = _output.Refusals[index];
        Assert.Equal((reason, entity), (refusal.Reason, refusal.EntityId));
        Assert.Contains(detail, refusal.Detail, StringComparison.Ordinal);
    }
}
