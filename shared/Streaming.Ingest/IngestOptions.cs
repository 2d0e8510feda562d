using Streaming.Contracts;

namespace Streaming.Ingest;

/// <summary>What SensorIngest accepts, and how it tells time. Section <c>Ingest</c> of the configuration.</summary>
public sealed class IngestOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Ingest";

    /// <summary>How far ahead of its ingest time a reading's event time may be; 5 min by default.</summary>
    public TimeSpan MaxFutureSkew { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The earliest event time of a reading; 2000-01-01 UTC by default.</summary>
    public DateTimeOffset MinEventTime { get; set; } = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How far a tick stays behind the worker's clock at the end of a partition, for brokers whose clock is ahead or whose records are on their way; 2 s by default.</summary>
    public TimeSpan TickMargin { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Greatest length of a record's value; 1 MiB by default.</summary>
    public int MaxRecordBytes { get; set; } = 1 << 20;

    /// <summary>Metrics of a reading, or attributes of a record of attributes; 256 by default.</summary>
    public int MaxMetrics { get; set; } = 256;

    /// <summary>Greatest length of an entity, group or device id in UTF-8; 256 bytes by default, and at most.</summary>
    public int MaxIdBytes { get; set; } = RecordRules.MaxEntityBytes;

    /// <summary>Greatest length of a metric's, an attribute's or a tag's name in UTF-8; 256 bytes by default.</summary>
    public int MaxNameBytes { get; set; } = 256;

    /// <summary>Tags of a reading; 64 by default.</summary>
    public int MaxTags { get; set; } = 64;

    /// <summary>Greatest length of a tag's value in UTF-8; 4,096 bytes by default.</summary>
    public int MaxTagBytes { get; set; } = 4096;

    /// <summary>Every rule that the values break, each with key, value, rule and what to do; empty where there is none.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        Check(nameof(MaxFutureSkew), MaxFutureSkew, MaxFutureSkew >= TimeSpan.Zero && MaxFutureSkew <= TimeSpan.FromDays(366), "must lie between 0 and 366 days", "00:05:00");
        Check(nameof(MinEventTime), MinEventTime.ToString("O"), MinEventTime >= DateTimeOffset.UnixEpoch, "must not be before 1970-01-01", "2000-01-01T00:00:00Z");
        Check(nameof(TickMargin), TickMargin, TickMargin >= TimeSpan.Zero && TickMargin <= TimeSpan.FromHours(1), "must lie between 0 and 1 h", "00:00:02");
        Check(nameof(MaxRecordBytes), MaxRecordBytes, MaxRecordBytes is >= 64 and <= 1 << 26, "must lie between 64 and 67108864", "1048576");
        Check(nameof(MaxMetrics), MaxMetrics, MaxMetrics is >= 1 and <= 4096, "must lie between 1 and 4096", "256");
        Check(nameof(MaxIdBytes), MaxIdBytes, MaxIdBytes is >= 1 and <= RecordRules.MaxEntityBytes, $"must lie between 1 and {RecordRules.MaxEntityBytes}, which is what every later stage takes", "256");
        Check(nameof(MaxNameBytes), MaxNameBytes, MaxNameBytes is >= 1 and <= 4096, "must lie between 1 and 4096", "256");
        Check(nameof(MaxTags), MaxTags, MaxTags is >= 0 and <= 4096, "must lie between 0 and 4096", "64");
        Check(nameof(MaxTagBytes), MaxTagBytes, MaxTagBytes is >= 0 and <= 1 << 16, "must lie between 0 and 65536", "4096");
        return errors;

        void Check(string key, object value, bool holds, string rule, string standard)
        {
            if (!holds)
            {
                errors.Add($"{Section}:{key} = '{value}': {rule}; the default is {standard}.");
            }
        }
    }
}
