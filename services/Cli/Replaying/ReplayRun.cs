using Streaming.Contracts;
using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Features.Replay;
using Streaming.Hosting;
using Streaming.Kafka;
using Streaming.Pipes;

namespace Streaming.Cli.Replaying;

/// <summary>Runs a replay through, one partition after another or all side by side: reads, computes, writes, and notes how far it has come.</summary>
/// <param name="kafka">How to reach Kafka.</param>
/// <param name="job">What it does.</param>
/// <param name="sets">The job's feature sets.</param>
/// <param name="said">What was said of entities and groups before the first records.</param>
/// <param name="clock">Paces it.</param>
internal sealed class ReplayRun(KafkaOptions kafka, ReplayJob job, IReadOnlyList<FeatureSetDefinition> sets, KnownAttributes said, TimeProvider clock)
{
    private const string Client = "streaming-replay";
    private const int MostRecords = 5_000;
    private const int MostVectors = 5_000;
    private const long MostBytes = 8 << 20;

    // Of all partitions together, where they are read side by side.
    private const int RecordsReadAhead = 50_000;
    private const int KilobytesReadAhead = 65_536;

    private static readonly TimeSpan StepTime = TimeSpan.FromSeconds(2);

    private readonly string _topic = new TopicNames(kafka.TopicPrefix).Of(Topics.SensorReadings);
    private readonly List<ReplayedVector> _pending = [];
    private readonly long _began = clock.GetTimestamp();
    private long _pendingBytes;
    private long _stepped = clock.GetTimestamp();
    private long _read;

    /// <summary>Entities that were evicted since a bound of a feature set left no room for them: their vectors may differ from those served.</summary>
    public long Evicted { get; private set; }

    /// <summary>Records that were read.</summary>
    public long Read => _read;

    /// <summary>Runs from where an earlier process came to.</summary>
    /// <param name="target">Where vectors go; null where they are only counted.</param>
    /// <param name="progress">Where it came to.</param>
    /// <param name="rate">Records a second; null for as fast as it goes.</param>
    /// <param name="show">Told how many of the job's records are behind it, and how many vectors were written.</param>
    /// <param name="cancellation">Ends it; what is written stays.</param>
    /// <returns>How far it has come: to the end.</returns>
    public Task<ReplayProgress> RunAsync(IReplayTarget? target, ReplayProgress progress, double? rate, Action<long, long> show, CancellationToken cancellation) =>
        job.MembersOf.Count == 0 ? RunPartsAsync(target, progress, rate, show, cancellation) : RunTogetherAsync(target, progress, rate, show, cancellation);

    private async Task<ReplayProgress> RunPartsAsync(IReplayTarget? target, ReplayProgress progress, double? rate, Action<long, long> show, CancellationToken cancellation)
    {
        var behind = job.Parts.Take(progress.Part).Sum(part => part.End - part.First);
        while (progress.Part < job.Parts.Count)
        {
            var part = job.Parts[progress.Part];
            var replay = new PartitionReplay(sets, job.Choice, part.Partition, job.Partitions, job.SchemaId);
            if (part.First > 0)
            {
                replay.Begin(part.First, said.Of(part.Partition, job.Partitions), job.Partitions);
            }

            using var log = new PartitionLog(kafka, _topic, part.Partition, part.First, part.End, Client, clock);
            var batch = new RecordBatch();
            while (!log.AtEnd)
            {
                batch.Start(0, part.Partition);
                await ReadAsync(log, MostRecords, batch, rate, cancellation);
                Take(replay.Take(batch), progress.Next);
                if (IsDue && log.Next > progress.Next)
                {
                    progress = await WriteAsync(target, progress with { Next = log.Next }, cancellation);
                }

                show(behind + log.Next - part.First, progress.Vectors);
            }

            behind += part.End - part.First;
            Evicted += Evictions(replay.Counters);
            var next = progress.Part + 1;
            progress = await WriteAsync(target, progress with { Part = next, Next = next < job.Parts.Count ? job.Parts[next].First : 0 }, cancellation);
            show(behind, progress.Vectors);
        }

        return progress;
    }

    private async Task<ReplayProgress> RunTogetherAsync(IReplayTarget? target, ReplayProgress progress, double? rate, Action<long, long> show, CancellationToken cancellation)
    {
        if (progress.Part == job.Parts.Count)
        {
            return progress;
        }

        var replay = new GroupReplay(sets, sets.Where(set => job.MembersOf.Contains(set.Id)), job.Choice, job.Partitions, job.SchemaId);
        var logs = new List<PartitionLog>();
        try
        {
            foreach (var part in job.Parts)
            {
                logs.Add(new PartitionLog(kafka, _topic, part.Partition, part.First, part.End, Client, clock, Math.Clamp(KilobytesReadAhead / job.Partitions, 1024, 16_384)));
                if (part.First > 0)
                {
                    replay.Begin(part.Partition, part.First, said.Of(part.Partition, job.Partitions), job.Partitions);
                }
            }

            while (replay.Wanted is { } partition)
            {
                var (log, batch) = (logs[partition], replay.Room(partition));
                await ReadAsync(log, Math.Clamp(RecordsReadAhead / job.Partitions, 500, MostRecords), batch, rate, cancellation);
                RefuseUnstamped(batch);
                Take(replay.Take(partition, log.AtEnd), progress.Next);
                if (IsDue && replay.Wanted is not null && replay.Next > progress.Next)
                {
                    progress = await WriteAsync(target, progress with { Next = replay.Next }, cancellation);
                }

                show(logs.Index().Sum(one => one.Item.Next - job.Parts[one.Index].First), progress.Vectors);
            }
        }
        finally
        {
            logs.ForEach(log => log.Dispose());
        }

        Evicted += job.Parts.Sum(part => Evictions(replay.Counters(part.Partition)));
        return await WriteAsync(target, progress with { Part = job.Parts.Count, Next = 0 }, cancellation);
    }

    private static long Evictions(IReadOnlyList<(FeatureSetDefinition Set, AssemblyCounters Counters)> sets) => sets.Sum(set => set.Counters.EvictedEntities);

    /// <summary>Which came first in two partitions is told by append times alone.</summary>
    private void RefuseUnstamped(RecordBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].AppendTime < 0)
            {
                throw new CommandException(
                    $"{_topic}/{batch.Partition} has no append time at offset {batch[i].Offset}, so that nobody can tell what members of groups in several partitions knew of each other. The topic must have message.timestamp.type=LogAppendTime, as 'streaming init' makes it; backfill a version without aggregates over a group.",
                    exitCode: ExitCodes.Configuration);
            }
        }
    }

    private async Task ReadAsync(PartitionLog log, int most, RecordBatch batch, double? rate, CancellationToken cancellation)
    {
        await PaceAsync(rate, cancellation);
        await log.ReadAsync((int)Math.Clamp((rate ?? double.MaxValue) / 4, 1, most), batch, cancellation);
        _read += batch.Count;
    }

    private bool IsDue => _pending.Count >= MostVectors || _pendingBytes >= MostBytes || clock.GetElapsedTime(_stepped) >= StepTime;

    private void Take(IReadOnlyList<ReplayedVector> vectors, long from)
    {
        // What earlier records made leave is written already, by the process that was here before.
        foreach (var vector in vectors.Where(vector => vector.Cause >= from))
        {
            _pending.Add(vector);
            _pendingBytes += vector.Key.Length + vector.Value.Length;
        }
    }

    private async Task<ReplayProgress> WriteAsync(IReplayTarget? target, ReplayProgress progress, CancellationToken cancellation)
    {
        progress = progress with { Vectors = progress.Vectors + _pending.Count };
        if (target is not null)
        {
            await target.WriteAsync(_pending, progress, cancellation);
        }

        _pending.Clear();
        _pendingBytes = 0;
        _stepped = clock.GetTimestamp();
        return progress;
    }

    private async Task PaceAsync(double? rate, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (rate is { } perSecond && TimeSpan.FromSeconds(_read / perSecond) - clock.GetElapsedTime(_began) is { Ticks: > 0 } early)
        {
            await Task.Delay(early, clock, cancellation);
        }
    }
}
