using System.Security.Cryptography;
using Streaming.Models.Onnx;
using Streaming.Yaml;

namespace Streaming.Models.Packages;

/// <summary>
/// A model as a folder: <c>model.onnx</c>, <c>model.yaml</c>, <c>baseline.json</c>. Loading reads these three files and nothing else, and checks
/// them without running any of it.
/// </summary>
public sealed class ModelPackage
{
    /// <summary>Name of the file with the graph.</summary>
    public const string OnnxFile = "model.onnx";

    /// <summary>Name of the file that describes the model.</summary>
    public const string ManifestFile = "model.yaml";

    /// <summary>Name of the file with the training distribution.</summary>
    public const string BaselineFile = "baseline.json";

    private ModelPackage(string directory, ModelManifest manifest, Baseline baseline, byte[] onnx, ModelLimits limits)
    {
        Directory = directory;
        Manifest = manifest;
        Baseline = baseline;
        Onnx = onnx;
        Limits = limits;
    }

    /// <summary>The folder it was loaded from.</summary>
    public string Directory { get; }

    /// <summary>What <c>model.yaml</c> says.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>What <c>baseline.json</c> says.</summary>
    public Baseline Baseline { get; }

    /// <summary>SHA-256 of <c>model.onnx</c>, 64 lower-case hex digits, computed from what was loaded.</summary>
    public string Sha256 => Manifest.Sha256;

    /// <summary>The bytes of <c>model.onnx</c>.</summary>
    internal byte[] Onnx { get; }

    /// <summary>What it may ask for.</summary>
    internal ModelLimits Limits { get; }

    /// <summary>Loads a package.</summary>
    /// <param name="directory">Its folder.</param>
    /// <param name="limits">What it may ask for; <see cref="ModelLimits.Default"/> where left out.</param>
    /// <exception cref="ModelPackageException">It cannot be used; all reasons at once.</exception>
    public static ModelPackage Load(string directory, ModelLimits? limits = null)
    {
        limits ??= ModelLimits.Default;
        var problems = new List<string>();
        var yaml = PackageFile.Read(directory, ManifestFile, limits.MaxTextBytes, problems);
        var json = PackageFile.Read(directory, BaselineFile, limits.MaxTextBytes, problems);
        var onnx = PackageFile.Read(directory, OnnxFile, limits.MaxModelBytes, problems);

        var manifest = yaml is null ? null : ReadManifest(yaml, problems);
        var baseline = json is null ? null : BaselineReader.Read(json, BaselineFile, problems);
        if (onnx is not null)
        {
            problems.AddRange(OnnxPrecheck.Check(onnx, limits).Select(problem => $"{OnnxFile}: {problem}"));
            CheckHash(onnx, manifest, problems);
        }

        CheckColumns(manifest, baseline, problems);
        return problems.Count == 0 ? new ModelPackage(directory, manifest!, baseline!, onnx!, limits) : throw new ModelPackageException(directory, problems);
    }

    private static ModelManifest? ReadManifest(byte[] yaml, List<string> problems)
    {
        var found = new YamlProblems(ManifestFile);
        using var reader = new StreamReader(new MemoryStream(yaml)); // drops a byte order mark
        var manifest = ModelManifestReader.Read(reader.ReadToEnd(), found);
        problems.AddRange(found.Items.Select(problem => problem.ToString()));
        return manifest;
    }

    private static void CheckHash(byte[] onnx, ModelManifest? manifest, List<string> problems)
    {
        var actual = Convert.ToHexStringLower(SHA256.HashData(onnx));
        if (manifest is { Sha256.Length: > 0 } && manifest.Sha256 != actual)
        {
            problems.Add($"{OnnxFile}: its SHA-256 is {actual}, {ManifestFile} says {manifest.Sha256}; the file was changed or does not belong to this package");
        }
    }

    private static void CheckColumns(ModelManifest? manifest, Baseline? baseline, List<string> problems)
    {
        if (manifest is null || baseline is null)
        {
            return;
        }

        var names = baseline.Features.Select(column => column.Name).ToList();
        if (!names.SequenceEqual(manifest.FeatureSet.Features, StringComparer.Ordinal))
        {
            problems.Add($"{BaselineFile}: its features are {string.Join(", ", names)}; {ManifestFile} names {string.Join(", ", manifest.FeatureSet.Features)}; both must be the same in the same order");
        }
    }
}
