using Streaming.Avro;
using Streaming.Contracts;

namespace Streaming.Features.Assembly;

/// <summary>A reading, decoded as far as feature sets need it; valid while its record is.</summary>
internal ref struct Reading
{
    /// <summary>Offset of its record.</summary>
    public long Offset;

    /// <summary>When it arrived, by the times of its source partition.</summary>
    public long Arrival;

    /// <summary>The device's time.</summary>
    public long EventTime;

    /// <summary>Whom it speaks of.</summary>
    public Scope Scope;

    /// <summary>The entity, or the group.</summary>
    public ReadOnlySpan<byte> EntityId;

    /// <summary>Which metrics it has, in which order.</summary>
    public MetricShape Shape;

    /// <summary>A value for each metric.</summary>
    public ReadOnlySpan<double> Values;

    /// <summary>The device, where it names one.</summary>
    public bool HasDevice;
    public ReadOnlySpan<byte> Device;

    /// <summary>The device's running number, where there is one.</summary>
    public bool HasSequence;
    public long Sequence;

    /// <summary>Free remarks.</summary>
    public AvroUtf8Map Tags;

    /// <summary>The Avro bytes of the ingested reading.</summary>
    public ReadOnlySpan<byte> Body;
}
