using Streaming.Contracts;
using Streaming.Models.Deployments;
using Streaming.Models.Packages;
using Streaming.Models.Tests.Support;

namespace Streaming.Models.Tests.Deployments;

public sealed class DeployedModelsTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("streaming-deployed-");

    [Fact]
    public void Every_package_is_a_production_deployment_named_after_its_folder()
    {
        Put("second", OnnxModel.Logistic([1, 2]), yaml => yaml.Replace("name: set", "name: other", StringComparison.Ordinal));
        Put("first", OnnxModel.Logistic([1, 2]));
        Put("third", OnnxModel.Logistic([1, 2]), yaml => yaml.Replace("  version: 1\n", "  version: 2\n", StringComparison.Ordinal));

        var models = DeployedModels.FromDirectory(_root.FullName);

        Assert.Equal(["first", "second", "third"], models.All.Select(model => model.Deployment));
        Assert.All(models.All, model => Assert.Equal(Stage.Production, model.Stage));
        Assert.Equal("test", models.All[0].Package.Manifest.Name);
        Assert.Equal(3, models.Of(Stage.Production).Count);
        Assert.Empty(models.Of(Stage.Shadow));
    }

    [Fact]
    public void Two_for_one_feature_set_are_refused()
    {
        Put("first", OnnxModel.Logistic([1, 2]));
        Put("second", OnnxModel.Logistic([2, 1]));

        AssertRefused("'first' and 'second' are both for feature set 'set' version 1 in production; leave one");
    }

    [Fact]
    public void Everything_wrong_with_any_package_is_named_at_once()
    {
        Put("first", OnnxModel.Single("Log", 2, 2));
        Put("second", OnnxModel.Logistic([2, 1]), yaml => yaml.Replace("kind: classifier", "kind: oracle", StringComparison.Ordinal));
        Put("third", OnnxModel.Logistic([2, 1, 3]));

        var problems = AssertRefused("first/model.onnx: it gives the score NaN");
        Assert.Contains(problems, problem => problem.StartsWith("second/model.yaml(3,7)", StringComparison.Ordinal));
        Assert.Contains(problems, problem => problem.StartsWith("third/model.onnx: input 'features' has the shape [N, 3]", StringComparison.Ordinal));
    }

    [Fact]
    public void A_folder_without_packages_is_refused()
    {
        AssertRefused("the folder holds no model package");
        _root.Delete();
        AssertRefused("the folder does not exist");
        _root.Create();
    }

    [Fact]
    public void An_offered_model_takes_its_place_at_a_batch_boundary_and_a_failing_one_never()
    {
        using var old = new PackageFolder(OnnxModel.Logistic([1, 2]).Build(), 2);
        using var better = new PackageFolder(OnnxModel.Logistic([3, 4]).Build(), 2);
        using var best = new PackageFolder(OnnxModel.Logistic([5, 6]).Build(), 2);
        using var broken = new PackageFolder(OnnxModel.Single("Log", 2, 2).Build(), 2);
        var first = new DeployedModel("d", Stage.Production, old.Load());
        using var slot = new ModelSlot(first);

        Assert.Throws<ModelPackageException>(() => slot.Offer(first with { Package = broken.Load() }));
        Assert.False(slot.TakeOffered());
        Assert.Same(first, slot.Model);

        Assert.Throws<ArgumentException>(() => slot.Offer(first with { Deployment = "e" }));
        Assert.Throws<ArgumentException>(() => slot.Offer(first with { Stage = Stage.Shadow }));

        slot.Offer(first with { Package = better.Load() });
        var last = first with { Package = best.Load() };
        slot.Offer(last);
        Assert.Same(first, slot.Model);
        Assert.True(slot.TakeOffered());
        Assert.Same(last, slot.Model);
        Assert.False(slot.TakeOffered());
    }

    public void Dispose() => _root.Delete(recursive: true);

    private void Put(string deployment, OnnxModel model, Func<string, string>? change = null)
    {
        using var folder = new PackageFolder(model.Build(), 2);
        var yaml = change?.Invoke(folder.Yaml) ?? folder.Yaml;
        Directory.Move(folder.Path, Path.Combine(_root.FullName, deployment));
        File.WriteAllText(Path.Combine(_root.FullName, deployment, ModelPackage.ManifestFile), yaml);
    }

    private IReadOnlyList<string> AssertRefused(string problem)
    {
        var fault = Assert.Throws<ModelPackageException>(() => DeployedModels.FromDirectory(_root.FullName));
        Assert.Contains(fault.Problems, found => found.StartsWith(problem, StringComparison.Ordinal));
        return fault.Problems;
    }
}
