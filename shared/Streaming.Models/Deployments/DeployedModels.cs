using Streaming.Contracts;
using Streaming.Models.Onnx;
using Streaming.Models.Packages;

namespace Streaming.Models.Deployments;

/// <summary>What is deployed: at most one model for a feature set and stage `production`, any number of shadows.</summary>
public sealed class DeployedModels
{
    private DeployedModels(IReadOnlyList<DeployedModel> all) => All = all;

    /// <summary>Every deployment, by name.</summary>
    public IReadOnlyList<DeployedModel> All { get; }

    /// <summary>The deployments of a stage. Each stage is scored in a consumer group of its own.</summary>
    public IReadOnlyList<DeployedModel> Of(Stage stage) => [.. All.Where(model => model.Stage == stage)];

    /// <summary>Takes every package in a folder as a production deployment named after its own folder. Each is opened and tried on the way.</summary>
    /// <param name="directory">The folder of packages.</param>
    /// <param name="limits">What a package may ask for; <see cref="ModelLimits.Default"/> where left out.</param>
    /// <exception cref="ModelPackageException">The folder or a package in it cannot be used, or two are for one feature set; everything at once.</exception>
    public static DeployedModels FromDirectory(string directory, ModelLimits? limits = null)
    {
        var problems = new List<string>();
        var models = new List<DeployedModel>();
        foreach (var folder in Folders(directory, problems))
        {
            var deployment = Path.GetFileName(folder);
            try
            {
                var package = ModelPackage.Load(folder, limits);
                using (OnnxScorer.Open(package))
                {
                    models.Add(new DeployedModel(deployment, Stage.Production, package));
                }
            }
            catch (ModelPackageException fault)
            {
                problems.AddRange(fault.Problems.Select(problem => $"{deployment}/{problem}"));
            }
        }

        foreach (var rivals in models.GroupBy(model => (model.Package.Manifest.FeatureSet.Name, model.Package.Manifest.FeatureSet.Version)).Where(group => group.Count() > 1))
        {
            problems.Add($"{string.Join(" and ", rivals.Select(model => $"'{model.Deployment}'"))} are both for feature set '{rivals.Key.Name}' version {rivals.Key.Version} in production; leave one");
        }

        return problems.Count == 0 ? new DeployedModels(models) : throw new ModelPackageException(directory, problems);
    }

    private static List<string> Folders(string directory, List<string> problems)
    {
        if (!Directory.Exists(directory))
        {
            problems.Add("the folder does not exist; it must hold one folder for each model package");
            return [];
        }

        var folders = Directory.GetDirectories(directory).Where(folder => !Path.GetFileName(folder).StartsWith('.')).Order(StringComparer.Ordinal).ToList();
        if (folders.Count == 0)
        {
            problems.Add("the folder holds no model package; put each into a folder of its own");
        }

        return folders;
    }
}
