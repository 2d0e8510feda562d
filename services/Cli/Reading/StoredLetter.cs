using Streaming.Contracts;

namespace Streaming.Cli.Reading;

/// <summary>A record of <c>dead.letters</c>: a dead letter, or what somebody else put there.</summary>
/// <param name="Place">Where it lies: topic/partition/offset.</param>
/// <param name="RefusedAt">When it was put there, in milliseconds since 1970.</param>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value.</param>
/// <param name="Letter">The dead letter; null where it is none that can be read.</param>
/// <param name="Fault">Why it cannot be read; null where it can.</param>
internal sealed record StoredLetter(string Place, long RefusedAt, byte[]? Key, byte[]? Value, DeadLetter? Letter, string? Fault);
