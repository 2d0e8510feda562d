using Streaming.Contracts;

namespace Streaming.Features.Assembly;

/// <summary>What is believed of a record of <c>sensor.readings</c>.</summary>
internal static class Soundness
{
    /// <summary>Source partitions beyond this number are not believed.</summary>
    public const int MaxSourcePartitions = 1 << 16;

    /// <summary>Times beyond this one, in either direction, are not believed: sums with them could not be exact.</summary>
    private const long MaxTime = 1L << 52;

    /// <summary>Whether a time can be counted with.</summary>
    public static bool IsTime(long time) => time is > -MaxTime and < MaxTime;

    /// <summary>Whether a source partition and its ingest time can be.</summary>
    public static bool HasSource(int partition, long ingestTime) => partition is >= 0 and < MaxSourcePartitions && IsTime(ingestTime);

    /// <summary>Whether a reading can be taken.</summary>
    public static bool Holds(scoped in IngestedReadingView view) =>
        HasSource(view.SourcePartition, view.IngestTime) && IsTime(view.Reading.EventTime) && !view.Reading.EntityId.IsEmpty;
}
