using Streaming.Cli.Rendering;
using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Features.Replay;
using Streaming.Kafka;

namespace Streaming.Cli.Replaying;

/// <summary>Which part of <c>sensor.readings</c> a range needs, and how exact its vectors will be.</summary>
/// <param name="Parts">Where to begin and to end in each partition that is needed.</param>
/// <param name="Partitions">How many partitions the topic has.</param>
/// <param name="AttributesUntil">Attributes appended before it are said first; null where the log is read from its start.</param>
/// <param name="ExactFrom">The first bucket start whose vectors are exact; null where none is for certain, the least number where all are.</param>
/// <param name="Unbounded">What looks back without a limit.</param>
/// <param name="Kept">Append time of the first record that retention has left; null where nothing has been removed, or nothing is there.</param>
internal sealed record LogPlan(IReadOnlyList<PartitionPart> Parts, int Partitions, long? AttributesUntil, long? ExactFrom, IReadOnlyList<string> Unbounded, long? Kept)
{
    public long Records => Parts.Sum(part => part.End - part.First);

    /// <summary>Where the reading begins, in words.</summary>
    public string Begins => AttributesUntil is { } time && Kept is null ? $", from what was appended at {TimeText.Of(time)}" : Kept is null ? ", from the log's start" : ", from what retention has left";

    /// <summary>Which chosen vectors are not exact, and why.</summary>
    public IEnumerable<string> Warnings(VectorChoice choice)
    {
        if (Kept is not { } kept)
        {
            yield break;
        }

        if (ExactFrom is null)
        {
            yield return $"retention has removed what was appended before {TimeText.Of(kept)}, and nothing less than the log's start is far enough for {string.Join("; ", Unbounded)}: vectors of entities that were silent then may differ from those served";
        }
        else if (ExactFrom > choice.From)
        {
            yield return $"retention has removed what was appended before {TimeText.Of(kept)}: vectors of buckets that start before {TimeText.Of(ExactFrom.Value)} may differ from those served";
        }
    }

    /// <summary>Plans the reading up to the log's end as it is now.</summary>
    /// <param name="kafka">How to reach Kafka.</param>
    /// <param name="sets">What is computed.</param>
    /// <param name="choice">Of what.</param>
    /// <param name="maxFutureSkew">See <see cref="WarmUp.Of"/>.</param>
    /// <param name="cancellation">Ends the asking.</param>
    /// <param name="all">Whether vectors depend on every partition, not only on their own.</param>
    /// <exception cref="WorkerException">The cluster does not answer, or has no such topic.</exception>
    public static async Task<LogPlan> MakeAsync(KafkaOptions kafka, IReadOnlyList<FeatureSetDefinition> sets, VectorChoice choice, TimeSpan maxFutureSkew, CancellationToken cancellation, bool all = false)
    {
        var topic = new TopicNames(kafka.TopicPrefix).Of(Topics.SensorReadings);
        using var admin = new TopicAdmin(kafka);
        var ranges = await admin.RangesAsync(topic, cancellation);
        if (ranges.Count == 0)
        {
            throw new WorkerException(FailureKind.Configuration, $"{topic} does not exist; 'streaming init' makes it.");
        }

        var warmUp = WarmUp.Of(sets, (long)maxFutureSkew.TotalMilliseconds);
        var needed = warmUp.NeededFrom(choice.From);
        var wanted = all ? [.. ranges.Select(range => range.Partition)] : choice.Partitions(ranges.Count);
        var starts = needed is > 0 ? await admin.OffsetsAtAsync(topic, needed.Value, cancellation) : [.. ranges.Select(range => range.First)];
        var parts = ranges.Where(range => wanted.Contains(range.Partition)).Select(range => new PartitionPart(range.Partition, Start(range, starts[range.Partition]), range.End)).ToList();
        var kept = await FirstKeptAsync(kafka, topic, ranges.Where(range => wanted.Contains(range.Partition)), cancellation);
        long? exact = kept is { } first ? warmUp.ExactFrom(first) : long.MinValue;
        var later = parts.Exists(part => part.First > 0);
        return new LogPlan(parts, ranges.Count, later ? Math.Max(needed ?? 0, kept ?? 0) : null, exact, warmUp.Unbounded, kept);
    }

    private static long Start(PartitionRange range, long at) => at < 0 ? range.End : Math.Max(range.First, at);

    /// <summary>From which append time on everything is there: null where retention has removed nothing.</summary>
    public static async Task<long?> FirstKeptAsync(KafkaOptions kafka, string topic, IEnumerable<PartitionRange> ranges, CancellationToken cancellation)
    {
        long? latest = null;
        foreach (var range in ranges.Where(range => range.First > 0))
        {
            using var log = new PartitionLog(kafka, topic, range.Partition, range.First, range.End, "streaming-plan");
            var batch = new Pipes.RecordBatch();
            batch.Start(0, range.Partition);
            await log.ReadAsync(1, batch, cancellation);
            latest = batch.Count > 0 ? Math.Max(latest ?? long.MinValue, batch[0].AppendTime) : latest;
        }

        return latest;
    }
}
