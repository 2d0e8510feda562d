using Microsoft.Extensions.Logging;
using Streaming.Contracts;

namespace Streaming.Kafka;

/// <summary>What a worker says.</summary>
internal static partial class WorkerLog
{
    [LoggerMessage(1, LogLevel.Information, "{Worker} joins group {Group} on {Inputs}")]
    public static partial void Joining(this ILogger logger, string worker, string group, string inputs);

    [LoggerMessage(2, LogLevel.Warning, "{Worker} waits for the first start of group {Group}: {Partition} has no committed offset. Declare it with 'streaming init'")]
    public static partial void WaitsForFirstStart(this ILogger logger, string worker, string group, string partition);

    [LoggerMessage(3, LogLevel.Information, "{Worker} got {Partitions}")]
    public static partial void Assigned(this ILogger logger, string worker, string partitions);

    [LoggerMessage(4, LogLevel.Information, "{Worker} gives up {Partitions}")]
    public static partial void Revoked(this ILogger logger, string worker, string partitions);

    [LoggerMessage(5, LogLevel.Warning, "{Worker} lost {Partitions}: the group went on without it")]
    public static partial void Lost(this ILogger logger, string worker, string partitions);

    [LoggerMessage(6, LogLevel.Information, "{Worker} is live on {Partition} from offset {Offset}")]
    public static partial void Live(this ILogger logger, string worker, string partition, long offset);

    [LoggerMessage(7, LogLevel.Warning, "{Worker}: {Code}: {Message} ({Kind})")]
    public static partial void Failed(this ILogger logger, string worker, string code, string message, FailureKind kind);

    [LoggerMessage(8, LogLevel.Warning, "{Worker} went back to its committed offsets; the transaction in doubt was {Outcome}")]
    public static partial void Recovered(this ILogger logger, string worker, string outcome);

    [LoggerMessage(9, LogLevel.Error, "{Worker} is PAUSED: {Refused} of {Seen} entities of this minute were refused, more than the allowed share of {Share}. Nothing further is dead-lettered. " +
        "Look at what was deployed last and at the newest records of the dead-letter topic; restart to go on, with another Kafka:DeadLetterShare if this is as it should be")]
    public static partial void BreakerTripped(this ILogger logger, string worker, long refused, long seen, double share);

    [LoggerMessage(10, LogLevel.Warning, "{Worker} refuses the output of {Partition} offset {Offset}: no topic takes {Count} of its records")]
    public static partial void OutputTooLarge(this ILogger logger, string worker, string partition, long offset, int count);

    [LoggerMessage(11, LogLevel.Information, "{Worker} has stopped")]
    public static partial void Stopped(this ILogger logger, string worker);

    [LoggerMessage(12, LogLevel.Critical, "{Worker} has failed: {Message}")]
    public static partial void Ended(this ILogger logger, string worker, string message, Exception exception);

    [LoggerMessage(14, LogLevel.Information, "{Worker} refused a record that is being followed: {Reason}: {Detail}")]
    public static partial void RefusedFollowed(this ILogger logger, string worker, DeadLetterReason reason, string detail);

    [LoggerMessage(13, LogLevel.Critical, "{Message}")]
    public static partial void Hung(this ILogger logger, string message);
}
