namespace Streaming.Kafka;

/// <summary>Why a worker stopped or refused to start. The message names the place, the rule and what to do.</summary>
public sealed class WorkerException : Exception
{
    /// <summary>A failure of a kind.</summary>
    public WorkerException(FailureKind kind, string message, Exception? inner = null)
        : base(message, inner) => Kind = kind;

    /// <summary>What kind of failure it was.</summary>
    public FailureKind Kind { get; }
}
