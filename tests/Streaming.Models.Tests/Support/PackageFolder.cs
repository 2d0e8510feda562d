using System.Security.Cryptography;
using System.Text.Json;
using Streaming.Models.Packages;

namespace Streaming.Models.Tests.Support;

/// <summary>A model package in a temporary folder, good unless a test spoils it.</summary>
internal sealed class PackageFolder : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("streaming-models-");

    public PackageFolder(byte[] onnx, int features, string name = "test", string kind = "classifier", string missing = "refused", string? labels = DefaultLabels)
    {
        Path = System.IO.Path.Combine(_root.FullName, name);
        Directory.CreateDirectory(Path);
        var names = Enumerable.Range(0, features).Select(index => $"f{index}").ToArray();
        Yaml = $"""
            name: {name}
            version: "1"
            kind: {kind}
            sha256: {Convert.ToHexStringLower(SHA256.HashData(onnx))}
            featureSet:
              name: set
              version: 1
              hash: {SetHash}
              features: [{string.Join(", ", names)}]
            input: features
            output: probabilities
            missing: {missing}
            {labels}
            training:
              command: made by hand
              author: a test
              date: 2026-01-31

            """;
        var column = new { count = 100, missingShare = 0.0, mean = 0.25, std = 1.0, edges = new[] { -2.0, 0.0, 3.0 }, counts = new[] { 40, 60 } };
        Json = JsonSerializer.Serialize(new
        {
            rows = 100,
            features = names.Select(feature => new { name = feature, column.count, column.missingShare, column.mean, column.std, column.edges, column.counts }),
            score = new { name = "1", column.count, column.missingShare, column.mean, column.std, column.edges, column.counts },
        });
        Write(ModelPackage.OnnxFile, onnx);
        WriteText(ModelPackage.ManifestFile, Yaml);
        WriteText(ModelPackage.BaselineFile, Json);
    }

    public const string DefaultLabels = "labels: [\"0\", \"1\"]\npositiveLabel: \"1\"\nthreshold: 0.5";

    public static string SetHash { get; } = new('a', 64);

    public string Path { get; }

    public string Parent => _root.FullName;

    public string Yaml { get; }

    public string Json { get; }

    public PackageFolder With(string file, byte[] bytes)
    {
        Write(file, bytes);
        return this;
    }

    public PackageFolder WithYaml(string from, string to)
    {
        Assert.Contains(from, Yaml, StringComparison.Ordinal);
        WriteText(ModelPackage.ManifestFile, Yaml.Replace(from, to, StringComparison.Ordinal));
        return this;
    }

    public PackageFolder WithJson(string from, string to)
    {
        Assert.Contains(from, Json, StringComparison.Ordinal);
        WriteText(ModelPackage.BaselineFile, Json.Replace(from, to, StringComparison.Ordinal));
        return this;
    }

    public ModelPackage Load(ModelLimits? limits = null) => ModelPackage.Load(Path, limits);

    public void Dispose() => _root.Delete(recursive: true);

    private void Write(string file, byte[] bytes) => File.WriteAllBytes(System.IO.Path.Combine(Path, file), bytes);

    private void WriteText(string file, string text) => File.WriteAllText(System.IO.Path.Combine(Path, file), text);
}
