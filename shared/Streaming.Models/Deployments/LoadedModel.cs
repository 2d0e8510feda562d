using System.Text;
using Streaming.Models.Onnx;
using Streaming.Models.Scoring;

namespace Streaming.Models.Deployments;

/// <summary>A deployed model opened for one worker thread, with everything that its predictions repeat as the bytes that they hold.</summary>
internal sealed class LoadedModel : IDisposable
{
    private LoadedModel(DeployedModel deployed, OnnxScorer scorer)
    {
        var manifest = deployed.Package.Manifest;
        Deployed = deployed;
        Scorer = scorer;
        Rule = new LabelRule(manifest);
        Threshold = manifest.Threshold;
        AllowsMissing = manifest.AllowsMissing;
        Deployment = Encoding.UTF8.GetBytes(deployed.Deployment);
        Name = Encoding.UTF8.GetBytes(manifest.Name);
        Version = Encoding.UTF8.GetBytes(manifest.Version);
        Sha256 = Encoding.UTF8.GetBytes(deployed.Package.Sha256);
        FeatureSet = Encoding.UTF8.GetBytes(manifest.FeatureSet.Name);
        FeatureSetVersion = manifest.FeatureSet.Version;
        FeatureSetHash = Encoding.UTF8.GetBytes(manifest.FeatureSet.Hash);
        Labels = [.. manifest.Labels.Select(Encoding.UTF8.GetBytes)];
    }

    public DeployedModel Deployed { get; }

    public OnnxScorer Scorer { get; }

    public LabelRule Rule { get; }

    public double? Threshold { get; }

    public bool AllowsMissing { get; }

    public byte[] Deployment { get; }

    public byte[] Name { get; }

    public byte[] Version { get; }

    public byte[] Sha256 { get; }

    public byte[] FeatureSet { get; }

    public int FeatureSetVersion { get; }

    public byte[] FeatureSetHash { get; }

    public byte[][] Labels { get; }

    /// <summary>Opens a model.</summary>
    /// <exception cref="Packages.ModelPackageException">It cannot be used.</exception>
    public static LoadedModel Open(DeployedModel deployed) => new(deployed, OnnxScorer.Open(deployed.Package));

    /// <summary>Whether a vector of this feature set is for this model; the hash is compared apart, since another one is a fault.</summary>
    public bool IsFor(ReadOnlySpan<byte> featureSet, int version) => version == FeatureSetVersion && featureSet.SequenceEqual(FeatureSet);

    public void Dispose() => Scorer.Dispose();
}
