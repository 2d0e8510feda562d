using Streaming.Models.Packages;

namespace Streaming.Gateway.Models;

/// <summary>A model that stands in the folder of deployments.</summary>
/// <param name="Deployment">The deployment: the name of the package's folder.</param>
/// <param name="Manifest">What the package says of itself.</param>
internal sealed record DeployedManifest(string Deployment, ModelManifest Manifest);
