using Streaming.Avro;
using Streaming.Contracts;

namespace Streaming.Features.Replay;

/// <summary>A vector that a replay gave.</summary>
/// <param name="Cause">What made it leave: the offset of a record of <c>sensor.readings</c>, or where all partitions are replayed together the moment of that record (<see cref="GroupReplay"/>). Never less than that of the vector before.</param>
/// <param name="Key">The entity, UTF-8.</param>
/// <param name="Value">The record's value as live work writes it, framed.</param>
public readonly record struct ReplayedVector(long Cause, byte[] Key, byte[] Value)
{
    /// <summary>Reads it.</summary>
    public FeatureVector Read() => AvroCodec.TryDecode<FeatureVector>(Value.AsSpan(ConfluentFraming.HeaderLength), AvroLimits.Trusted, out var vector) == AvroStatus.Ok
        ? vector!
        : throw new InvalidDataException("A vector that was just made cannot be read: writer and reader are of different schemas.");
}
