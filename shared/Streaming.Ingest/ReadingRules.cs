using System.Globalization;
using Streaming.Avro;
using Streaming.Contracts;

namespace Streaming.Ingest;

/// <summary>What a reading must be like. The bytes have been decoded, so ids and names are UTF-8 already.</summary>
internal sealed class ReadingRules(IngestOptions options)
{
    private readonly NameSet _names = new();
    private readonly long _minEventTime = options.MinEventTime.ToUnixTimeMilliseconds();
    private readonly long _maxFutureSkew = (long)options.MaxFutureSkew.TotalMilliseconds;

    /// <summary>The first rule that a reading breaks; null where it breaks none.</summary>
    public Fault? Check(scoped in SensorReadingView reading, long ingestTime) =>
        CheckId(reading.EntityId, "entity_id", options)
        ?? CheckTime(reading.EventTime, ingestTime)
        ?? (reading.Metrics.Count > 0 ? default(Fault?) : new Fault(DeadLetterReason.NoMetrics, "metrics is empty; a reading must have at least one metric", "metrics"))
        ?? CheckValues(reading.Metrics, "metrics", allowNaN: false, _names, options)
        ?? (reading.HasDeviceId ? CheckLength(reading.DeviceId.Length, "device_id", options.MaxIdBytes) : null)
        ?? CheckTags(reading.Tags);

    /// <summary>The rule that an id of an entity or group breaks.</summary>
    public static Fault? CheckId(ReadOnlySpan<byte> id, string field, IngestOptions options) =>
        id.IsEmpty ? new Fault(DeadLetterReason.InvalidEntity, $"{field} is empty; it must have 1 to {options.MaxIdBytes} bytes", field)
        : id.Length > options.MaxIdBytes ? new Fault(DeadLetterReason.InvalidEntity, $"{field} has {id.Length} bytes; at most {options.MaxIdBytes} are allowed", field)
        : Names.HasControl(id) ? new Fault(DeadLetterReason.InvalidEntity, $"{field} is {Fault.Shown(id)}; control characters are not allowed", field)
        : null;

    /// <summary>The rule that a map of names to numbers breaks.</summary>
    public static Fault? CheckValues(scoped in AvroDoubleMap values, string field, bool allowNaN, NameSet names, IngestOptions options)
    {
        if (values.Count > options.MaxMetrics)
        {
            return new Fault(DeadLetterReason.TooManyMetrics, $"{field} has {values.Count} entries; at most {options.MaxMetrics} are allowed", field);
        }

        foreach (var (name, value) in values)
        {
            if (name.IsEmpty || name.Length > options.MaxNameBytes || Names.HasControl(name))
            {
                return new Fault(DeadLetterReason.InvalidMetric, $"{field} has a name {Fault.Shown(name)} of {name.Length} bytes; it must have 1 to {options.MaxNameBytes} and no control characters", field);
            }

            if (!double.IsFinite(value) && !(allowNaN && double.IsNaN(value)))
            {
                return new Fault(DeadLetterReason.NotFinite, $"{field} {Fault.Shown(name)} is {value.ToString(CultureInfo.InvariantCulture)}; it must be finite", field);
            }
        }

        var repeated = names.FindRepeated(values);
        return repeated.IsEmpty ? null : new Fault(DeadLetterReason.InvalidMetric, $"{field} has {Fault.Shown(repeated)} twice; each name may stand once", field);
    }

    /// <summary>The rule that a length breaks.</summary>
    public static Fault? CheckLength(int length, string field, int most) =>
        length <= most ? null : new Fault(DeadLetterReason.TooLarge, $"{field} has {length} bytes; at most {most} are allowed", field);

    private Fault? CheckTime(long eventTime, long ingestTime) =>
        eventTime < _minEventTime ? new Fault(DeadLetterReason.TimeTooOld, $"event_time is {eventTime} ({Shown(eventTime)}), before the earliest allowed, {Shown(_minEventTime)}", "event_time")
        : eventTime > ingestTime + _maxFutureSkew ? new Fault(DeadLetterReason.TimeInFuture, $"event_time is {eventTime} ({Shown(eventTime)}), {eventTime - ingestTime} ms after its ingest time {Shown(ingestTime)}; at most {_maxFutureSkew} ms are allowed: the device's clock is wrong", "event_time")
        : null;

    private Fault? CheckTags(scoped in AvroUtf8Map tags)
    {
        if (tags.Count > options.MaxTags)
        {
            return new Fault(DeadLetterReason.TooLarge, $"tags has {tags.Count} entries; at most {options.MaxTags} are allowed", "tags");
        }

        foreach (var (name, value) in tags)
        {
            if ((CheckLength(name.Length, "a tag's name", options.MaxNameBytes) ?? CheckLength(value.Length, "a tag", options.MaxTagBytes)) is { } fault)
            {
                return fault with { Field = "tags" };
            }
        }

        return null;
    }

    private static string Shown(long time) => time is >= -62135596800000 and <= 253402300799999
        ? DateTimeOffset.FromUnixTimeMilliseconds(time).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        : "outside the years 1 to 9999";
}
