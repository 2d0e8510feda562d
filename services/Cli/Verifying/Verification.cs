using System.Globalization;
using Streaming.Avro.Registry;
using Streaming.Cli.Rendering;
using Streaming.Cli.Replaying;
using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Features.Replay;
using Streaming.History;
using Streaming.Hosting;
using Streaming.Ingest;
using Streaming.Kafka;
using Streaming.Pipes;

namespace Streaming.Cli.Verifying;

/// <summary>Computes vectors of a range from the log, and compares them with what was served.</summary>
/// <remarks>
/// Live work goes on meanwhile. What it had committed before the end of what was served was looked up must have been served; what it reads after that may have been.
/// </remarks>
internal sealed class Verification(VerifyAsked asked, IReadOnlyList<FeatureSetDefinition> sets, ISchemaRegistry registry, IHistoryReader? history, TimeProvider clock)
{
    private const int AtOnce = 5_000;
    private static readonly TimeSpan SinkPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly TopicNames _names = new(asked.Kafka.TopicPrefix);

    /// <summary>Why differences need not be anybody's fault.</summary>
    public IReadOnlyList<string> Warnings { get; private set; } = [];

    /// <exception cref="ConfigurationException">Retention has removed what would have to be compared.</exception>
    /// <exception cref="WorkerException">The cluster does not answer.</exception>
    public async Task<VectorComparison> RunAsync(CancellationToken cancellation)
    {
        using var admin = new TopicAdmin(asked.Kafka);
        var committed = await admin.CommittedAsync(ChainStages.FeatureAssembly.Group(asked.Kafka.TopicPrefix), _names.Of(Topics.SensorReadings), cancellation);
        var served = await ServedRangesAsync(admin, cancellation);
        if (history is not null)
        {
            await AwaitSinkAsync(admin, served, cancellation);
        }

        var plan = await LogPlan.MakeAsync(asked.Kafka, sets, asked.Choice, asked.Skew, cancellation);
        Refuse(plan, served);
        var said = await KnownAttributes.ReadAsync(asked.Kafka, registry, sets, plan.AttributesUntil, new IngestOptions(), cancellation);
        var comparison = new VectorComparison(sets, asked.Examples);
        await ProgressBar.ShowAsync(plan.Records, async show =>
        {
            var behind = 0L;
            foreach (var part in plan.Parts)
            {
                using IServedVectors vectors = history is null ? new ServedTopic(asked.Kafka, registry, served[part.Partition], asked.Choice) : new ServedHistory(history, sets, asked.Choice, part.Partition);
                await CompareAsync(part, plan, said, vectors, comparison, committed.GetValueOrDefault(part.Partition), done =>
                    show(behind + done, string.Create(CultureInfo.InvariantCulture, $"{behind + done:N0} of {plan.Records:N0} records, {comparison.Computed:N0} vectors")), cancellation);
                behind += part.End - part.First;
            }

            comparison.Finish();
            return comparison;
        });
        return comparison;
    }

    private async Task CompareAsync(
        PartitionPart part, LogPlan plan, KnownAttributes said, IServedVectors served, VectorComparison comparison, long committed, Action<long> show, CancellationToken cancellation)
    {
        var replay = new PartitionReplay(sets, asked.Choice, part.Partition, plan.Partitions, schemaId: 0);
        if (part.First > 0)
        {
            replay.Begin(part.First, said.Of(part.Partition, plan.Partitions), plan.Partitions);
        }

        using var log = new PartitionLog(asked.Kafka, _names.Of(Topics.SensorReadings), part.Partition, part.First, part.End, "streaming-verify", clock);
        var batch = new RecordBatch();
        while (!log.AtEnd)
        {
            cancellation.ThrowIfCancellationRequested();
            batch.Start(0, part.Partition);
            await log.ReadAsync(AtOnce, batch, cancellation);
            foreach (var vector in replay.Take(batch))
            {
                comparison.AddComputed(vector.Read(), mayLack: vector.Cause >= committed);
            }

            // Side by side, so that neither waits for its counterparts in memory for long.
            while (!served.AtEnd && comparison.Served < comparison.Computed)
            {
                await served.TakeAsync(comparison, cancellation);
            }

            show(log.Next - part.First);
        }

        while (!served.AtEnd)
        {
            await served.TakeAsync(comparison, cancellation);
        }
    }

    private async Task<IReadOnlyList<PartitionRange>> ServedRangesAsync(TopicAdmin admin, CancellationToken cancellation)
    {
        var topic = _names.Of(Topics.FeatureVectors);
        var ends = await admin.WrittenEndsAsync(topic, cancellation);
        var kept = await admin.RangesAsync(topic, cancellation);
        if (kept.Count == 0)
        {
            throw new WorkerException(FailureKind.Configuration, $"{topic} does not exist; 'streaming init' makes it.");
        }

        // No vector leaves before the first reading of its bucket has come.
        var skew = (long)asked.Skew.TotalMilliseconds;
        var since = asked.Choice.From - skew;
        if (history is null && await LogPlan.FirstKeptAsync(asked.Kafka, topic, kept, cancellation) is { } first && first > since)
        {
            throw new ConfigurationException([$"--from '{TimeText.Of(asked.Choice.From)}': retention has removed what {topic} held of that time; vectors of buckets that start at {TimeText.Of(first + skew)} or later are all there. The history may hold the others: --in-history."]);
        }

        var starts = since > 0 ? await admin.OffsetsAtAsync(topic, since, cancellation) : [.. kept.Select(range => range.First)];
        return [.. kept.Select(range => new PartitionRange(range.Partition, starts[range.Partition] < 0 ? ends[range.Partition] : Math.Max(range.First, starts[range.Partition]), ends[range.Partition]))];
    }

    private void Refuse(LogPlan plan, IReadOnlyList<PartitionRange> served)
    {
        if (served.Count != plan.Partitions)
        {
            throw new WorkerException(FailureKind.Invariant, $"{_names.Of(Topics.FeatureVectors)} has {served.Count} partitions, and {_names.Of(Topics.SensorReadings)} {plan.Partitions}: the topics of an entity have one count.");
        }

        if (plan.ExactFrom is { } exact && exact > asked.Choice.From)
        {
            throw new ConfigurationException([$"--from '{TimeText.Of(asked.Choice.From)}': retention has removed what vectors of that time were made of; the first that can be computed exactly start at {TimeText.Of(exact)}."]);
        }

        Warnings = [.. plan.Warnings(asked.Choice)];
    }

    private async Task AwaitSinkAsync(TopicAdmin admin, IReadOnlyList<PartitionRange> served, CancellationToken cancellation)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            var committed = await admin.CommittedAsync(ChainStages.MonitoringSink.Group(asked.Kafka.TopicPrefix), _names.Of(Topics.FeatureVectors), cancellation);
            var behind = 0;
            foreach (var range in served)
            {
                behind += await CountAsync(range with { First = Math.Max(range.First, committed.GetValueOrDefault(range.Partition)) }, cancellation);
            }

            if (behind == 0)
            {
                return;
            }

            if (clock.GetElapsedTime(began) > SinkPatience)
            {
                throw new CommandException($"MonitoringSink is {behind} or more records of {_names.Of(Topics.FeatureVectors)} behind, so that the history lacks what was served. Let it catch up ('streaming lag --watch'), or leave --in-history out.");
            }

            await Task.Delay(Pause, clock, cancellation);
        }
    }

    /// <summary>Records in a range, up to a batch of them: offsets alone tell too many, since the ends of transactions take some.</summary>
    private async Task<int> CountAsync(PartitionRange range, CancellationToken cancellation)
    {
        using var log = new PartitionLog(asked.Kafka, _names.Of(Topics.FeatureVectors), range.Partition, range.First, range.End, "streaming-verify", clock);
        var batch = new RecordBatch();
        batch.Start(0, range.Partition);
        await log.ReadAsync(AtOnce, batch, cancellation);
        return batch.Count;
    }
}
