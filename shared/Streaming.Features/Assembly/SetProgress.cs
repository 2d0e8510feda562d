namespace Streaming.Features.Assembly;

/// <summary>How far a feature set came in a partition.</summary>
/// <param name="Name">The set's name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Hash">The hash of its content, hex.</param>
/// <param name="Counters">What became of its readings.</param>
internal sealed record SetProgress(string Name, int Version, string Hash, AssemblyCounters Counters);
