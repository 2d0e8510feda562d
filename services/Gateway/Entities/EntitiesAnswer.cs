namespace Streaming.Gateway.Entities;

/// <summary>A page of entities that have vectors or predictions, in the order of their ids.</summary>
/// <param name="Matching">How many there are that were asked for.</param>
/// <param name="Entities">Those of this page.</param>
/// <param name="Next">What to give as <c>after</c> for the next page; null where this is the last.</param>
internal sealed record EntitiesAnswer(int Matching, IReadOnlyList<string> Entities, string? Next);
