namespace Streaming.ScoringAgent;

/// <summary>Where the models are. Section <c>Models</c>.</summary>
internal sealed class ModelsOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Models";

    /// <summary>A folder with a folder for each deployment: its name is the deployment's. Required.</summary>
    public string Directory { get; set; } = "";

    /// <summary>A line for each rule that is broken.</summary>
    public IEnumerable<string> Validate()
    {
        if (Directory.Length == 0)
        {
            yield return $"{Section}:Directory is not set: must name the folder of the model packages; set Models__Directory, for example to ./models.";
        }
    }
}
