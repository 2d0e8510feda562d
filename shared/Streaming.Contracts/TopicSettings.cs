using System.Globalization;

namespace Streaming.Contracts;

/// <summary>Makes the settings of a topic.</summary>
internal static class TopicSettings
{
    private const int MiB = 1 << 20;

    /// <summary>The largest record that devices and others may write, Kafka's own default.</summary>
    public const int InputBytes = 1_048_588;

    /// <summary>An input with what a stage adds to it.</summary>
    public const int PassedOnBytes = InputBytes + (MiB / 4);

    /// <summary>An input of any topic, with its headers, and why it was refused.</summary>
    public const int DeadLetterBytes = 4 * MiB;

    /// <summary>Everything that one entity or one partition remembers.</summary>
    public const int StateBytes = 8 * MiB;

    /// <summary>Records leave after a time; null keeps them for ever.</summary>
    public static Dictionary<string, string> Kept(TimeSpan? time, int maxBytes = InputBytes)
    {
        var settings = Common("delete", maxBytes);
        settings["retention.ms"] = time is { } kept ? Milliseconds(kept) : "-1";
        settings["retention.bytes"] = "-1";
        return settings;
    }

    /// <summary>The last record of each key stays.</summary>
    public static Dictionary<string, string> Compacted() => Common("compact", InputBytes);

    /// <summary>
    /// The last record of each key stays, and what it replaces leaves soon: a restart reads the whole topic. Small segments, since the one
    /// that is written to is never compacted.
    /// </summary>
    public static Dictionary<string, string> State()
    {
        var settings = Common("compact", StateBytes);
        settings["segment.bytes"] = (32 * MiB).ToString(CultureInfo.InvariantCulture);
        settings["segment.ms"] = Milliseconds(TimeSpan.FromMinutes(10));
        settings["max.compaction.lag.ms"] = Milliseconds(TimeSpan.FromHours(1));
        settings["min.cleanable.dirty.ratio"] = "0.1";
        settings["delete.retention.ms"] = Milliseconds(TimeSpan.FromHours(1));
        return settings;
    }

    private static Dictionary<string, string> Common(string cleanup, int maxBytes) => new()
    {
        ["cleanup.policy"] = cleanup,

        // With event times here, retention would delete old data that is replayed, and brokers refuse times ahead of theirs.
        ["message.timestamp.type"] = "LogAppendTime",
        ["max.message.bytes"] = maxBytes.ToString(CultureInfo.InvariantCulture),
    };

    private static string Milliseconds(TimeSpan time) => ((long)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
}
