using System.Globalization;
using System.Text;
using Streaming.Cli.Rendering;
using Streaming.Contracts;
using Streaming.Ingest;

namespace Streaming.Cli.Publishing;

/// <summary>What SensorIngest, as it comes, would refuse, found before anything is sent.</summary>
internal sealed class ReadingCheck(IngestOptions limits, TimeProvider clock)
{
    private readonly long _earliest = limits.MinEventTime.ToUnixTimeMilliseconds();
    private readonly long _latest = (clock.GetUtcNow() + limits.MaxFutureSkew).ToUnixTimeMilliseconds();

    /// <summary>The line, or the first rule that its reading breaks.</summary>
    public ReadingLine Check(long line, SensorReading reading)
    {
        if (Name(reading.EntityId, limits.MaxIdBytes) is { } entity)
        {
            return ReadingLine.Wrong(line, "entity_id", entity);
        }

        if (reading.EventTime < _earliest || reading.EventTime > _latest)
        {
            return ReadingLine.Wrong(line, "event_time", $"{TimeText.Of(reading.EventTime)} must lie between {TimeText.Of(_earliest)} and {TimeText.Of(_latest)}");
        }

        if (reading.DeviceId is { } device && Name(device, limits.MaxIdBytes) is { } deviceFault)
        {
            return ReadingLine.Wrong(line, "device_id", deviceFault);
        }

        if (reading.Metrics.Count == 0 || reading.Metrics.Count > limits.MaxMetrics)
        {
            return ReadingLine.Wrong(line, "metrics", $"there are {reading.Metrics.Count}; there must be 1 to {limits.MaxMetrics}");
        }

        foreach (var (name, value) in reading.Metrics)
        {
            if (Name(name, limits.MaxNameBytes) is { } nameFault)
            {
                return ReadingLine.Wrong(line, "metrics", nameFault);
            }

            if (!double.IsFinite(value))
            {
                return ReadingLine.Wrong(line, name, $"{value.ToString(CultureInfo.InvariantCulture)} must be finite");
            }
        }

        return CheckTags(line, reading) ?? new ReadingLine(line, reading, null);
    }

    private ReadingLine? CheckTags(long line, SensorReading reading)
    {
        if (reading.Tags.Count > limits.MaxTags)
        {
            return ReadingLine.Wrong(line, "tags", $"there are {reading.Tags.Count}; there may be {limits.MaxTags}");
        }

        var large = reading.Tags.FirstOrDefault(tag => Encoding.UTF8.GetByteCount(tag.Key) > limits.MaxNameBytes || Encoding.UTF8.GetByteCount(tag.Value) > limits.MaxTagBytes);
        return large.Key is null ? null : ReadingLine.Wrong(line, "tags", $"a name may have {limits.MaxNameBytes} bytes and a value {limits.MaxTagBytes}");
    }

    private static string? Name(string text, int most)
    {
        var bytes = Encoding.UTF8.GetByteCount(text);
        return bytes == 0 || bytes > most ? $"it has {bytes} bytes; it must have 1 to {most}"
            : text.Any(char.IsControl) ? "control characters are not allowed"
            : null;
    }
}
