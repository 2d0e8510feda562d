using System.Runtime.InteropServices;
using Streaming.Models.Onnx;
using Streaming.Models.Packages;
using Streaming.Models.Tests.Support;

namespace Streaming.Models.Tests.Onnx;

public sealed class OnnxScorerTests
{
    private const int Seed = 20260131;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData(OnnxModel.Double, 1e-14)]
    [InlineData(OnnxModel.Float, 1e-6)]
    public void Scores_are_what_the_graph_computes(int type, double tolerance)
    {
        double[] weights = [0.5, -1, 2];
        using var folder = new PackageFolder(OnnxModel.Logistic(weights, type).Build(), 3);
        using var scorer = OnnxScorer.Open(folder.Load());
        var rows = Rows(1_000, 3);
        var scores = new double[2_000];

        scorer.Score(rows, 1_000, scores);

        Assert.Equal((3, 2), (scorer.FeatureCount, scorer.ScoreCount));
        for (var row = 0; row < 1_000; row++)
        {
            var value = weights.Select((weight, feature) => weight * rows[(3 * row) + feature]).Sum();
            Assert.Equal(1 / (1 + Math.Exp(-value)), scores[(2 * row) + 1], tolerance);
            Assert.Equal(1 / (1 + Math.Exp(value)), scores[2 * row], tolerance);
        }
    }

    [Theory]
    [InlineData(OnnxModel.Double)]
    [InlineData(OnnxModel.Float)]
    public void A_row_has_the_same_scores_to_the_last_bit_in_any_batch(int type)
    {
        using var folder = new PackageFolder(OnnxModel.Logistic([0.3, -1.7, 2.1, 0.01, 5], type).Build(), 5);
        using var scorer = OnnxScorer.Open(folder.Load());
        var rows = Rows(600, 5);
        var alone = new double[1_200];
        for (var row = 0; row < 600; row++)
        {
            scorer.Score(rows.AsSpan(5 * row, 5), 1, alone.AsSpan(2 * row, 2));
        }

        var random = new Random(Seed);
        for (var round = 0; round < 200; round++)
        {
            var count = random.Next(0, 600);
            var start = random.Next(0, 600 - count);
            var scores = new double[2 * count];
            scorer.Score(rows.AsSpan(5 * start, 5 * count), count, scores);

            Assert.True(Bits(scores).SequenceEqual(Bits(alone.AsSpan(2 * start, 2 * count))), $"{count} rows from {start}");
        }
    }

    [Fact]
    public void A_model_that_mixes_its_rows_is_scored_row_by_row()
    {
        // Each row less the mean of all rows: alone it is always zero.
        var onnx = new OnnxModel()
            .Input("features", OnnxModel.Double, OnnxModel.AnyRows, 2)
            .Output("probabilities", OnnxModel.Double, OnnxModel.AnyRows, 2)
            .Node("ReduceMean", ["features"], ["mean"], OnnxModel.Attribute("axes", [0L]), OnnxModel.Attribute("keepdims", 1))
            .Node("Sub", ["features", "mean"], ["probabilities"])
            .Build();
        using var folder = new PackageFolder(onnx, 2);
        using var scorer = OnnxScorer.Open(folder.Load());
        var scores = new double[200];

        scorer.Score(Rows(100, 2), 100, scores);

        Assert.Equal([1], scorer.BatchSizes);
        Assert.All(scores, score => Assert.Equal(0, score));
    }

    [Fact]
    public void A_model_that_is_not_ready_in_time_is_refused()
    {
        using var folder = new PackageFolder(OnnxModel.Logistic([0.5, -1, 2]).Build(), 3);

        var refused = Assert.Throws<ModelPackageException>(() => OnnxScorer.Open(folder.Load(ModelLimits.Default with { MaxOpening = TimeSpan.FromTicks(1) })));

        Assert.Contains("could not be opened and tried within", Assert.Single(refused.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_opened_too_late_is_thrown_away()
    {
        using var gate = new ManualResetEventSlim();
        using var late = new LateComer();

        Assert.False(BoundedOpening.TryRun(() => gate.Wait(Patience) ? late : throw new TimeoutException(), TimeSpan.FromMilliseconds(50), out var opened));
        Assert.Null(opened);
        gate.Set();

        Assert.True(late.Disposed.Wait(Patience), "It was kept.");
        Assert.Throws<InvalidDataException>(() => BoundedOpening.TryRun<LateComer>(() => throw new InvalidDataException(), Patience, out _));
        Assert.True(BoundedOpening.TryRun(() => late, Patience, out _));
    }

    [Fact]
    public void A_model_of_a_fixed_number_of_rows_is_given_that_number()
    {
        var onnx = new OnnxModel().Input("features", OnnxModel.Double, 4, 1).Output("probabilities", OnnxModel.Double, 4, 1).Node("Sigmoid", ["features"], ["probabilities"]).Build();
        using var folder = new PackageFolder(onnx, 1);
        using var scorer = OnnxScorer.Open(folder.Load());
        var rows = Rows(7, 1);
        var scores = new double[7];

        scorer.Score(rows, 7, scores);

        Assert.Equal([4], scorer.BatchSizes);
        Assert.All(Enumerable.Range(0, 7), row => Assert.Equal(1 / (1 + Math.Exp(-rows[row])), scores[row], 1e-14));
    }

    [Fact]
    public void One_score_a_row_may_come_without_a_dimension_of_its_own()
    {
        var onnx = new OnnxModel()
            .Input("features", OnnxModel.Double, OnnxModel.AnyRows, 2)
            .Output("probabilities", OnnxModel.Double, OnnxModel.AnyRows)
            .Constant("axes", OnnxModel.Int64, [1], [1])
            .Node("ReduceSum", ["features", "axes"], ["probabilities"], OnnxModel.Attribute("keepdims", 0))
            .Build();
        using var folder = new PackageFolder(onnx, 2, kind: "regressor", labels: "");
        using var scorer = OnnxScorer.Open(folder.Load());
        var scores = new double[2];

        scorer.Score([1, 2, 3, 4], 2, scores);

        Assert.Equal(1, scorer.ScoreCount);
        Assert.Equal([3, 7], scores);
    }

    [Fact]
    public void A_row_on_which_the_model_fails_gets_no_score_and_its_neighbours_theirs()
    {
        using var folder = new PackageFolder(Table(OnnxModel.AnyRows), 1);
        using var scorer = OnnxScorer.Open(folder.Load());
        var rows = Enumerable.Range(0, 100).Select(row => row == 40 ? 7.0 : row % 3).ToArray();
        var scores = new double[100];

        scorer.Score(rows, 100, scores);

        Assert.All(Enumerable.Range(0, 100), row => Assert.Equal(row == 40 ? double.NaN : 0.1 * (1 + (row % 3)), scores[row], 12));
    }

    [Fact]
    public void A_row_on_which_the_model_failed_does_not_stay_to_spoil_later_ones()
    {
        using var folder = new PackageFolder(Table(4), 1);
        using var scorer = OnnxScorer.Open(folder.Load());
        var scores = new double[4];
        scorer.Score([0, 1, 2, 7], 4, scores);
        Assert.Equal(double.NaN, scores[3]);

        scorer.Score([2], 1, scores.AsSpan(0, 1));

        Assert.Equal(0.3, scores[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(256)]
    public void Rows_are_scored_without_allocation(int count)
    {
        using var folder = new PackageFolder(OnnxModel.Logistic([1, 2]).Build(), 2);
        using var scorer = OnnxScorer.Open(folder.Load());
        var rows = Rows(count, 2);
        var scores = new double[2 * count];
        scorer.Score(rows, count, scores);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++)
        {
            scorer.Score(rows, count, scores);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Spans_of_another_length_are_refused()
    {
        using var folder = new PackageFolder(OnnxModel.Logistic([1, 2]).Build(), 2);
        using var scorer = OnnxScorer.Open(folder.Load());

        Assert.Throws<ArgumentException>(() => scorer.Score(new double[3], 2, new double[4]));
        Assert.Throws<ArgumentException>(() => scorer.Score(new double[4], 2, new double[3]));
        Assert.Throws<ArgumentException>(() => scorer.Score([], -1, []));
    }

    [Theory]
    [InlineData("input: features", "input: rows", "the graph has no input 'rows'; it has features")]
    [InlineData("output: probabilities", "output: scores", "the graph has no output 'scores'; it has probabilities")]
    [InlineData("labels: [\"0\", \"1\"]", "labels: [\"0\", \"1\", \"2\"]", "output 'probabilities' has the shape [2, 2] for 2 rows; it must be [N, 3] for its 3 labels")]
    public void Another_signature_than_the_manifest_says_is_refused(string from, string to, string problem)
    {
        using var folder = new PackageFolder(OnnxModel.Logistic([1, 2]).Build(), 2);
        var package = folder.WithYaml(from, to).Load();

        AssertRefused(package, problem);
    }

    [Fact]
    public void A_model_that_is_not_for_the_features_is_refused()
    {
        using var wider = new PackageFolder(OnnxModel.Logistic([1, 2, 3]).Build(), 2);
        AssertRefused(wider.Load(), "input 'features' has the shape [N, 3]; for the 2 features of 'set' it must be [N, 2]");

        using var integers = new PackageFolder(new OnnxModel().Input("features", OnnxModel.Int64, OnnxModel.AnyRows, 1).Output("probabilities", OnnxModel.Int64, OnnxModel.AnyRows, 1).Node("Identity", ["features"], ["probabilities"]).Build(), 1);
        AssertRefused(integers.Load(), "input 'features' holds Int64; it must hold float or double");

        using var two = new PackageFolder(OnnxModel.Logistic([1, 2]).Input("more", OnnxModel.Double, 1).Build(), 2);
        AssertRefused(two.Load(), "the graph has the inputs features, more; a classifier takes its features as one");

        using var single = new PackageFolder(OnnxModel.Single("Sigmoid", 1, 1).Build(), 1, labels: "labels: [a, b, c]");
        AssertRefused(single.Load(), "output 'probabilities' gives one score for a row; that needs two labels");
    }

    [Theory]
    [InlineData("image")]
    [InlineData("sequence")]
    [InlineData("tensors")]
    public void A_model_that_is_not_scored_from_vectors_is_refused(string kind)
    {
        using var folder = new PackageFolder(OnnxModel.Logistic([1, 2]).Build(), 2, kind: kind, labels: "");
        AssertRefused(folder.Load(), $"models of kind '{kind}' cannot be scored from feature vectors");
    }

    [Fact]
    public void A_graph_that_the_runtime_does_not_take_is_refused_in_its_words()
    {
        using var folder = new PackageFolder(OnnxModel.Single("NoSuchOperator", 1, 1).Build(), 1);
        AssertRefused(folder.Load(), "the runtime refuses it: ");
    }

    [Fact]
    public void A_model_whose_scores_are_not_finite_is_refused()
    {
        // The logarithm of what lies on both sides of zero.
        using var folder = new PackageFolder(OnnxModel.Single("Log", 1, 1).Build(), 1);
        AssertRefused(folder.Load(), "it gives the score NaN for a row within the training range: ");
    }

    [Fact]
    public void A_model_that_says_it_takes_missing_features_is_tried_with_them()
    {
        using var careless = new PackageFolder(OnnxModel.Logistic([1, 2]).Build(), 2, missing: "allowed");
        AssertRefused(careless.Load(), "it gives the score NaN for a row without 'f0', though model.yaml says 'missing: allowed'");

        var onnx = new OnnxModel()
            .Input("features", OnnxModel.Double, OnnxModel.AnyRows, 1)
            .Output("probabilities", OnnxModel.Double, OnnxModel.AnyRows, 1)
            .Constant("half", OnnxModel.Double, [], [0.5])
            .Node("IsNaN", ["features"], ["missing"])
            .Node("Where", ["missing", "half", "features"], ["probabilities"])
            .Build();
        using var careful = new PackageFolder(onnx, 1, missing: "allowed");
        using var scorer = OnnxScorer.Open(careful.Load());
        var scores = new double[2];
        scorer.Score([double.NaN, 0.25], 2, scores);
        Assert.Equal([0.5, 0.25], scores);
    }

    [Fact]
    public void A_model_that_rolls_dice_is_refused()
    {
        var onnx = new OnnxModel()
            .Input("features", OnnxModel.Double, OnnxModel.AnyRows, 1)
            .Output("probabilities", OnnxModel.Double, OnnxModel.AnyRows, 1)
            .Node("RandomUniformLike", ["features"], ["probabilities"])
            .Build();
        using var folder = new PackageFolder(onnx, 1);
        AssertRefused(folder.Load(), "it gives different scores for the same row");
    }

    /// <summary>A model that looks its only feature up in a table of three, and fails beyond it.</summary>
    private static byte[] Table(long rows) => new OnnxModel()
        .Input("features", OnnxModel.Double, rows, 1)
        .Output("probabilities", OnnxModel.Double, rows, 1)
        .Constant("table", OnnxModel.Double, [3], [0.1, 0.2, 0.3])
        .Node("Cast", ["features"], ["index"], OnnxModel.Attribute("to", OnnxModel.Int64))
        .Node("Gather", ["table", "index"], ["probabilities"])
        .Build();

    private static void AssertRefused(ModelPackage package, string problem)
    {
        var fault = Assert.Throws<ModelPackageException>(() => OnnxScorer.Open(package).Dispose());
        Assert.Contains(fault.Problems, found => found.StartsWith("model.onnx: " + problem, StringComparison.Ordinal));
    }

    private static double[] Rows(int rows, int features)
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, rows * features).Select(_ => (random.NextDouble() * 8) - 4)];
    }

    private static ReadOnlySpan<long> Bits(ReadOnlySpan<double> values) => MemoryMarshal.Cast<double, long>(values);

    private sealed class LateComer : IDisposable
    {
        public ManualResetEventSlim Disposed { get; } = new();

        public void Dispose() => Disposed.Set();
    }
}
