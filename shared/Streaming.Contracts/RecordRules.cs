using System.Globalization;
using Streaming.Avro;

namespace Streaming.Contracts;

/// <summary>What every stage asks of the records of the contract beyond their schemas, and which of the closed list of reasons a fault is.</summary>
public static class RecordRules
{
    /// <summary>Greatest length of an entity or group id in UTF-8.</summary>
    public const int MaxEntityBytes = 256;

    private static readonly long FirstTime = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long LastTime = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>What is wrong with an entity id of so many bytes; null where nothing is.</summary>
    public static string? OfEntity(int bytes) => bytes is < 1 or > MaxEntityBytes ? $"entity_id has {bytes} bytes; it must have 1 to {MaxEntityBytes}" : null;

    /// <summary>What is wrong with a time in milliseconds since 1970; null where nothing is.</summary>
    public static string? OfTime(string field, long time) =>
        time < FirstTime || time > LastTime ? string.Create(CultureInfo.InvariantCulture, $"{field} = {time} must be milliseconds since 1970 in the years 1 to 9999") : null;

    /// <summary>What is wrong with a bucket, half open; null where nothing is.</summary>
    public static string? OfBucket(long start, long end) => OfTime("bucket_start", start) ?? OfTime("bucket_end", end)
        ?? (end <= start ? string.Create(CultureInfo.InvariantCulture, $"bucket_end = {end} must be after bucket_start = {start}") : null);

    /// <summary>The reason for bytes that could not be read: they ask for more than is allowed, or are not what they should be.</summary>
    public static DeadLetterReason ReasonOf(AvroStatus status) => status switch
    {
        AvroStatus.LengthBeyondLimit or AvroStatus.TooManyItems or AvroStatus.OutputTooLarge => DeadLetterReason.TooLarge,
        _ => DeadLetterReason.Malformed,
    };
}
