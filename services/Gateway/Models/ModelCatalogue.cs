using Streaming.Models.Packages;

namespace Streaming.Gateway.Models;

/// <summary>The packages in the folder of deployments. A package is read again when its manifest has changed, and at no other time.</summary>
/// <param name="directory">The folder; empty where nobody has named one.</param>
internal sealed class ModelCatalogue(string directory)
{
    private readonly Lock _looking = new();
    private readonly Dictionary<string, (DateTime Changed, DeployedManifest? Model, string? Problem)> _read = new(StringComparer.Ordinal);
    private volatile IReadOnlyList<DeployedManifest> _deployed = [];

    /// <summary>Whether a folder is named at all.</summary>
    public bool IsKnown => directory.Length > 0;

    /// <summary>What was in the folder when it was looked at last.</summary>
    public IReadOnlyList<DeployedManifest> Deployed => _deployed;

    /// <summary>What a model with this hash says of itself; null where it does not stand there.</summary>
    public ModelManifest? Find(string sha256) => _deployed.FirstOrDefault(model => model.Manifest.Sha256 == sha256)?.Manifest;

    /// <summary>Looks into the folder.</summary>
    /// <returns>What cannot be used, and why; null where there is nothing.</returns>
    public string? Look()
    {
        lock (_looking)
        {
            return IsKnown ? LookNow() : null;
        }
    }

    private string? LookNow()
    {
        try
        {
            var folders = Directory.GetDirectories(directory).Where(folder => !Path.GetFileName(folder).StartsWith('.')).Order(StringComparer.Ordinal).ToArray();
            var found = folders.Select(Read).ToArray();
            foreach (var gone in _read.Keys.Except(folders).ToArray())
            {
                _read.Remove(gone);
            }

            _deployed = [.. found.Where(one => one.Model is not null).Select(one => one.Model!)];
            return found.FirstOrDefault(one => one.Problem is not null).Problem;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return $"{ModelsOptions.Section}:Directory = '{directory}': {unreadable.Message}";
        }
    }

    private (DateTime Changed, DeployedManifest? Model, string? Problem) Read(string folder)
    {
        var changed = File.GetLastWriteTimeUtc(Path.Combine(folder, ModelPackage.ManifestFile));
        if (_read.TryGetValue(folder, out var known) && known.Changed == changed)
        {
            return known;
        }

        var deployment = Path.GetFileName(folder);
        try
        {
            return _read[folder] = (changed, new DeployedManifest(deployment, ModelPackage.Load(folder).Manifest), null);
        }
        catch (ModelPackageException unusable)
        {
            return _read[folder] = (changed, null, $"model package '{deployment}': {unusable.Problems[0]}");
        }
    }
}
