namespace Streaming.Kafka;

/// <summary>A call to Kafka that failed, classified.</summary>
internal sealed class LogException : Exception
{
    public LogException(FailureKind kind, string code, string message, Exception? inner = null)
        : base(message, inner)
    {
        Kind = kind;
        Code = code;
    }

    /// <summary>What it calls for.</summary>
    public FailureKind Kind { get; }

    /// <summary>Kafka's name of the error.</summary>
    public string Code { get; }

    /// <summary>Whether another producer took this one's id over, or the coordinator ended its transaction.</summary>
    public bool IsFenced { get; init; }

    /// <summary>Whether a record was too large for its topic.</summary>
    public bool IsTooLarge { get; init; }

    /// <summary>Offsets cannot be committed without a place in the group.</summary>
    public static LogException NotAMember() => new(FailureKind.Abort, "NotAMember", "the worker has lost its place in the group, so nobody would fence its offsets");
}
