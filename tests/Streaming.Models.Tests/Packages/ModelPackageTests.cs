using Streaming.Models.Packages;
using Streaming.Models.Tests.Support;

namespace Streaming.Models.Tests.Packages;

public sealed class ModelPackageTests
{
    private static readonly byte[] Onnx = OnnxModel.Logistic([1, 2]).Build();

    [Fact]
    public void A_good_package_is_loaded_with_all_that_it_says()
    {
        using var folder = new PackageFolder(Onnx, 2);

        var package = folder.Load();

        Assert.Equal("test", package.Manifest.Name);
        Assert.Equal("1", package.Manifest.Version);
        Assert.Equal(ModelKind.Classifier, package.Manifest.Kind);
        Assert.Equal(["f0", "f1"], package.Manifest.FeatureSet.Features);
        Assert.Equal(["0", "1"], package.Manifest.Labels);
        Assert.Equal(1, package.Manifest.PositiveIndex);
        Assert.Equal(0.5, package.Manifest.Threshold);
        Assert.Equal(new DateOnly(2026, 1, 31), package.Manifest.Training.Date);
        Assert.Equal([-2.0, 0.0, 3.0], package.Baseline.Features[1].Edges);
        Assert.Equal(64, package.Sha256.Length);
    }

    [Theory]
    [InlineData("input: features", "input: features\ncolour: red", "model.yaml(11,1): unknown field 'colour'")]
    [InlineData("version: 1\n", "version: one\n", "model.yaml(7,12): 'version' is 'one'; it must be a whole number from 1")]
    [InlineData("kind: classifier", "kind: oracle", "model.yaml(3,7): 'kind' is 'oracle'; it must be one of classifier, regressor, sequence, tensors, image")]
    [InlineData("name: test\n", "name: Test 1\n", "model.yaml(1,7): 'name' is 'Test 1'; it must be 1 to 100 lower-case letters")]
    [InlineData("positiveLabel: \"1\"", "positiveLabel: \"2\"", "'positiveLabel' is '2'; it must be one of the labels 0, 1")]
    [InlineData("positiveLabel: \"1\"\n", "", "'threshold' needs a 'positiveLabel'")]
    [InlineData("labels: [\"0\", \"1\"]", "labels: [\"1\", \"1\"]", "'labels' names one twice")]
    [InlineData("labels: [\"0\", \"1\"]", "labels: [\"1\"]", "a classifier has at least two")]
    [InlineData("kind: classifier", "kind: regressor", "'labels', 'positiveLabel' and 'threshold' are for classifiers")]
    [InlineData("date: 2026-01-31", "date: yesterday", "'date' is 'yesterday'; it must be a day as 2026-01-31")]
    [InlineData("features: [f0, f1]", "features: []", "'features' is empty")]
    [InlineData("output: probabilities\n", "", "model.yaml(1,1): 'output' is missing")]
    [InlineData("threshold: 0.5", "threshold: often", "'threshold' is 'often'; it must be a number")]
    [InlineData("name: test\n", "name: &a test\n", "anchors, aliases and tags are not allowed")]
    [InlineData("name: test\n", "name: test\nname: test\n", "'name' stands twice")]
    [InlineData("name: test\n", "name: [\n", "not YAML")]
    public void A_bad_manifest_is_refused_with_the_place_and_the_rule(string from, string to, string problem)
    {
        using var folder = new PackageFolder(Onnx, 2);

        AssertRefused(folder.WithYaml(from, to), problem);
    }

    [Theory]
    [InlineData("\"rows\":100", "\"rows\":100,\"colour\":1", "baseline.json(1,")]
    [InlineData("\"rows\":100", "\"rows\":50", "'count' is 100; it must be from 0 to the 50 rows")]
    [InlineData("[40,60]", "[40,61]", "must sum to 'count', 100")]
    [InlineData("[40,60]", "[40,60,0]", "one edge more than counts")]
    [InlineData("[-2,0,3]", "[-2,3,3]", "edges must be finite and ascending")]
    [InlineData("\"missingShare\":0", "\"missingShare\":2", "'missingShare' is 2")]
    [InlineData("\"name\":\"f1\"", "\"name\":\"f2\"", "its features are f0, f2; model.yaml names f0, f1")]
    [InlineData("{\"rows\"", "[\"rows\"", "baseline.json(1,")]
    public void A_bad_baseline_is_refused(string from, string to, string problem)
    {
        using var folder = new PackageFolder(Onnx, 2);

        AssertRefused(folder.WithJson(from, to), problem);
    }

    [Theory]
    [InlineData(ModelPackage.OnnxFile)]
    [InlineData(ModelPackage.ManifestFile)]
    [InlineData(ModelPackage.BaselineFile)]
    public void A_missing_file_is_named(string file)
    {
        using var folder = new PackageFolder(Onnx, 2);
        File.Delete(Path.Combine(folder.Path, file));

        AssertRefused(folder, $"{file}: it is missing");
    }

    [Theory]
    [InlineData(ModelPackage.OnnxFile)]
    [InlineData(ModelPackage.ManifestFile)]
    [InlineData(ModelPackage.BaselineFile)]
    public void A_link_is_not_followed(string file)
    {
        using var folder = new PackageFolder(Onnx, 2);
        var outside = Path.Combine(folder.Parent, "outside");
        File.Move(Path.Combine(folder.Path, file), outside);
        File.CreateSymbolicLink(Path.Combine(folder.Path, file), outside);

        AssertRefused(folder, $"{file}: it is a link");
    }

    [Fact]
    public void A_file_that_is_too_large_is_refused_unread()
    {
        using var folder = new PackageFolder(Onnx, 2);

        var fault = Assert.Throws<ModelPackageException>(() => folder.Load(ModelLimits.Default with { MaxModelBytes = Onnx.Length - 1 }));

        Assert.Equal($"model.onnx: it has {Onnx.Length} bytes; at most {Onnx.Length - 1} are allowed", Assert.Single(fault.Problems));
    }

    [Fact]
    public void A_model_that_was_changed_is_refused()
    {
        using var folder = new PackageFolder(Onnx, 2);

        AssertRefused(folder.With(ModelPackage.OnnxFile, OnnxModel.Logistic([1, 3]).Build()), "the file was changed or does not belong to this package");
    }

    [Fact]
    public void Everything_that_is_wrong_is_named_at_once()
    {
        using var folder = new PackageFolder(Onnx, 2);
        folder.WithYaml("kind: classifier", "kind: oracle\ncolour: red").WithJson("[40,60]", "[1,2]").With(ModelPackage.OnnxFile, Onnx[..^5]);

        var fault = Assert.Throws<ModelPackageException>(() => folder.Load());

        Assert.Contains(fault.Problems, problem => problem.StartsWith("model.yaml(3,7)", StringComparison.Ordinal));
        Assert.Contains(fault.Problems, problem => problem.StartsWith("model.yaml(4,1)", StringComparison.Ordinal));
        Assert.Contains(fault.Problems, problem => problem.StartsWith("baseline.json", StringComparison.Ordinal));
        Assert.Contains(fault.Problems, problem => problem.StartsWith("model.onnx: its bytes are not an ONNX model", StringComparison.Ordinal));
        Assert.Contains(fault.Problems, problem => problem.StartsWith("model.onnx: its SHA-256", StringComparison.Ordinal));
        Assert.All(fault.Problems, problem => Assert.Contains(problem, fault.Message, StringComparison.Ordinal));
        Assert.Contains(folder.Path, fault.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(PackageFolder folder, string problem)
    {
        var fault = Assert.Throws<ModelPackageException>(() => folder.Load());
        Assert.Contains(fault.Problems, found => found.Contains(problem, StringComparison.Ordinal));
    }
}
