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

    /// <summary>The numbers of its metrics; <see cref="MetricNames.Unused"/> for those that no feature set uses.</summary>
    public ReadOnlySpan<int> Metrics;

    /// <summary>A value for each metric.</summary>
    public ReadOnlySpan<double> Values;

    /// <summary>What makes two readings the same one, as bytes.</summary>
    public ReadOnlySpan<byte> Identity;

    /// <summary>The Avro bytes of the ingested reading.</summary>
    public ReadOnlySpan<byte> Body;
}
