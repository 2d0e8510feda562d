using Streaming.Contracts;
using Streaming.Models.Packages;

namespace Streaming.Models.Deployments;

/// <summary>A model package in its place.</summary>
/// <param name="Deployment">The place's name: it stays while models change in it.</param>
/// <param name="Stage">Whether its predictions are for all, or for comparison only.</param>
/// <param name="Package">The model.</param>
public sealed record DeployedModel(string Deployment, Stage Stage, ModelPackage Package);
