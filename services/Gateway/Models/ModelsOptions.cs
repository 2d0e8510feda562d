namespace Streaming.Gateway.Models;

/// <summary>Where the deployed models are. Section <c>Models</c>, as the scoring agent has it.</summary>
internal sealed class ModelsOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Models";

    /// <summary>The scoring agent's folder of model packages. Where it is not set, the page knows of a model what its predictions say.</summary>
    public string Directory { get; set; } = "";
}
