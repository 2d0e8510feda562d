using Streaming.Contracts;

namespace Streaming.History.Sink;

/// <summary>Why a record cannot be kept.</summary>
/// <param name="Reason">The rule that it broke.</param>
/// <param name="Detail">The rule in words, with the value that broke it.</param>
internal sealed record Fault(DeadLetterReason Reason, string Detail);
