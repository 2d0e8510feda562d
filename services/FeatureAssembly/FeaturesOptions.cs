namespace Streaming.FeatureAssembly;

/// <summary>Where the feature sets are. Section <c>Features</c>.</summary>
internal sealed class FeaturesOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Features";

    /// <summary>A folder of feature sets, one YAML file each; all of them run side by side. Required.</summary>
    public string Directory { get; set; } = "";

    /// <summary>A line for each rule that is broken.</summary>
    public IEnumerable<string> Validate()
    {
        if (Directory.Length == 0)
        {
            yield return $"{Section}:Directory is not set: must name the folder of the feature sets; set Features__Directory, for example to ./features.";
        }
    }
}
