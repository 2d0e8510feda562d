using Streaming.Contracts;

namespace Streaming.Driver;

/// <summary>A record of a topic, as Kafka would have it.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The offset in it.</param>
/// <param name="Appended">When it was appended, in milliseconds since 1970.</param>
/// <param name="Key">The key's bytes; null for a null key.</param>
/// <param name="Value">The value's bytes, framed; null for a null value.</param>
/// <param name="Headers">The headers by name, in UTF-8.</param>
public sealed record DriverRecord(int Partition, long Offset, long Appended, byte[]? Key, byte[]? Value, IReadOnlyDictionary<string, string> Headers);

/// <summary>A reading that came too late to revise anything: a record of <c>sensor.late</c>.</summary>
/// <param name="Reading">The reading.</param>
/// <param name="Lateness">How far its event time lies behind its entity's watermark.</param>
/// <param name="BucketStart">Start of the bucket that it belongs to, in milliseconds since 1970.</param>
/// <param name="FeatureSet">Name and version of the set that it came too late for.</param>
public sealed record LateReading(IngestedReading Reading, TimeSpan Lateness, long BucketStart, string FeatureSet);

/// <summary>A record that a stage refused; on Kafka it is in <c>dead.letters</c>.</summary>
/// <param name="Stage">The service that refused it.</param>
/// <param name="Topic">Where it came from.</param>
/// <param name="Record">The record.</param>
/// <param name="Reason">The rule that it broke.</param>
/// <param name="Detail">The rule in words, with the value that broke it.</param>
/// <param name="EntityId">The entity, where it could be read.</param>
public sealed record RefusedRecord(string Stage, Topic Topic, DriverRecord Record, DeadLetterReason Reason, string Detail, string? EntityId);
