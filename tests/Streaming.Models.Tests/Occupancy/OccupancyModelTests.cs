using System.Security.Cryptography;
using Streaming.Features.Definitions;
using Streaming.Models.Onnx;
using Streaming.Models.Packages;
using Streaming.Models.Scoring;
using Streaming.Testing;
using Streaming.Testing.Occupancy;

namespace Streaming.Models.Tests.Occupancy;

public sealed class OccupancyModelTests
{
    private const double Tolerance = 1e-5;

    private static readonly string PackageDirectory = Repository.PathOf("deploy", "samples", "occupancy", "models", "occupancy-lda");

    [Fact]
    public void All_probabilities_are_those_of_an_independent_computation()
    {
        var rows = OccupancyReference.Rows;
        Assert.Equal(12_417, rows.Count);
        using var scorer = OnnxScorer.Open(ModelPackage.Load(PackageDirectory));

        var scores = Score(scorer, rows);

        var worst = rows.Select((row, index) => Math.Abs(row.Probability - scores[(2 * index) + 1])).Max();
        Assert.True(worst <= Tolerance, $"the largest difference is {worst:g3}");
        Assert.All(Enumerable.Range(0, rows.Count), index => Assert.Equal(1, scores[2 * index] + scores[(2 * index) + 1], 12));
    }

    [Theory]
    [InlineData("datatest", 2_609, 2_665)]
    [InlineData("datatest2", 9_631, 9_752)]
    public void It_is_right_as_often_as_the_authors_of_the_data_found(string name, int right, int count)
    {
        var package = ModelPackage.Load(PackageDirectory);
        using var scorer = OnnxScorer.Open(package);
        var rule = new LabelRule(package.Manifest);
        var rows = OccupancyReference.Rows.Where(row => row.Entity == name).ToList();

        var scores = Score(scorer, rows);

        Assert.Equal(count, rows.Count);
        Assert.Equal(right, rows.Where((row, index) => package.Manifest.Labels[rule.LabelOf(scores.AsSpan(2 * index, 2))] == row.Truth).Count());
        Assert.Equal(right, rows.Count(row => row.Probability >= 0.5 == row.IsOccupied));
        Assert.Equal(right, package.Manifest.Training.Metrics.Single(metric => metric.Data.Name == name + ".txt").Values["right"]);
    }

    [Fact]
    public void It_is_for_the_feature_set_beside_it()
    {
        var set = Assert.Single(FeatureSetDirectory.Load(Repository.PathOf("deploy", "samples", "occupancy", "features")));
        var reference = ModelPackage.Load(PackageDirectory).Manifest.FeatureSet;

        Assert.Equal(set.Name, reference.Name);
        Assert.Equal(set.Version, reference.Version);
        Assert.Equal(set.Hash, reference.Hash);
        Assert.Equal(set.Features.Select(feature => feature.Name), reference.Features);
        Assert.Equal(OccupancyReference.Metrics, reference.Features);
    }

    [Fact]
    public void The_files_and_the_script_that_it_names_are_those_beside_it()
    {
        var training = ModelPackage.Load(PackageDirectory).Manifest.Training;

        Assert.Equal(Hash("train.py"), training.CodeSha256);
        Assert.All(training.Data.Concat(training.Metrics.Select(metric => metric.Data)), data =>
        {
            Assert.Equal(Hash("data", data.Name), data.Sha256);
            Assert.Equal(OccupancyReference.Read(Path.GetFileNameWithoutExtension(data.Name)).Count, data.Rows);
        });
    }

    [Fact]
    public void Its_baseline_is_the_distribution_of_the_training_rows()
    {
        var package = ModelPackage.Load(PackageDirectory);
        var rows = OccupancyReference.Read("datatraining");
        Assert.Equal(rows.Count, package.Baseline.Rows);
        for (var feature = 0; feature < OccupancyReference.Metrics.Count; feature++)
        {
            AssertDistribution(package.Baseline.Features[feature], OccupancyReference.Metrics[feature], [.. rows.Select(row => row.Values[feature])]);
        }

        using var scorer = OnnxScorer.Open(package);
        var scores = new double[2 * rows.Count];
        scorer.Score(rows.SelectMany(row => row.Values).ToArray(), rows.Count, scores);
        AssertDistribution(package.Baseline.Score, "1", [.. scores.Where((_, index) => index % 2 == 1)]);
    }

    private static void AssertDistribution(Distribution column, string name, double[] values)
    {
        var mean = values.Average();
        Assert.Equal(name, column.Name);
        Assert.Equal(values.Length, column.Count);
        Assert.Equal(0, column.MissingShare);
        Assert.Equal(mean, column.Mean, 1e-9 * (1 + Math.Abs(mean)));
        Assert.Equal(Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1)), column.Std, 1e-9 * (1 + column.Std));

        // An edge is one of the values with its last digits rounded off, so values this near to one may lie on either side.
        var near = column.Edges.Select(edge => values.Count(value => Math.Abs(value - edge) <= 1e-10 * Math.Abs(edge))).ToArray();
        for (var bin = 0; bin < column.Counts.Count; bin++)
        {
            var last = bin == column.Counts.Count - 1;
            var within = values.Count(value => value >= column.Edges[bin] && (value < column.Edges[bin + 1] || (last && value <= column.Edges[bin + 1])));
            Assert.InRange(column.Counts[bin], within - near[bin] - near[bin + 1], within + near[bin] + near[bin + 1]);
        }
    }

    private static double[] Score(OnnxScorer scorer, IReadOnlyList<OccupancyRow> rows)
    {
        var scores = new double[2 * rows.Count];
        scorer.Score(rows.SelectMany(row => row.Values).ToArray(), rows.Count, scores);
        return scores;
    }

    private static string Hash(params string[] path) =>
        Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Repository.PathOf(["deploy", "samples", "occupancy", .. path]))));
}
