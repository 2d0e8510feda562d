namespace Streaming.Kafka;

/// <summary>What a failure calls for.</summary>
public enum FailureKind
{
    /// <summary>Infrastructure that comes back: the same call again, later. Never a reason to refuse a record.</summary>
    Retry,

    /// <summary>The transaction must be aborted; the producer lives on.</summary>
    Abort,

    /// <summary>The producer is lost, and with it the outcome of what was open: make a new one with the same id and look.</summary>
    Recreate,

    /// <summary>A record that cannot be written however often it is tried.</summary>
    Poison,

    /// <summary>Rights, addresses or settings that no retry mends: stop, and say what to do.</summary>
    Configuration,

    /// <summary>Another process took over this worker's identity: stop.</summary>
    Replaced,

    /// <summary>Something that cannot be if state and log are whole: stop before anything is written on top of it.</summary>
    Invariant,
}
