using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Features.Replay;
using Streaming.Kafka;
using Streaming.Pipes;

namespace Streaming.Cli.Replaying;

/// <summary>Runs a replay through, one partition after another: reads, computes, writes, and notes how far it has come.</summary>
/// <param name="kafka">How to reach Kafka.</param>
/// <param name="job">What it does.</param>
/// <param name="sets">The job's feature sets.</param>
/// <param name="said">What was said of entities and groups before the first records.</param>
/// <param name="clock">Paces it.</param>
internal sealed class ReplayRun(KafkaOptions kafka, ReplayJob job, IReadOnlyList<FeatureSetDefinition> sets, KnownAttributes said, TimeProvider clock)
{
    private const int MostRecords = 5_000;
    private const int MostVectors = 5_000;
    private const long MostBytes = 8 << 20;
    private static readonly TimeSpan StepTime = TimeSpan.FromSeconds(2);

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
    public async Task<ReplayProgress> RunAsync(IReplayTarget? target, ReplayProgress progress, double? rate, Action<long, long> show, CancellationToken cancellation)
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

            using var log = new PartitionLog(kafka, new TopicNames(kafka.TopicPrefix).Of(Topics.SensorReadings), part.Partition, part.First, part.End, "streaming-replay", clock);
            var batch = new RecordBatch();
            while (!log.AtEnd)
            {
                await PaceAsync(rate, cancellation);
                batch.Start(0, part.Partition);
                await log.ReadAsync((int)Math.Clamp((rate ?? double.MaxValue) / 4, 1, MostRecords), batch, cancellation);
                _read += batch.Count;
                Take(replay.Take(batch), progress.Next);
                if (IsDue && log.Next > progress.Next)
                {
                    progress = await WriteAsync(target, progress with { Next = log.Next }, cancellation);
                }

                show(behind + log.Next - part.First, progress.Vectors);
            }

            behind += part.End - part.First;
            Evicted += replay.Counters.Sum(set => set.Counters.EvictedEntities);
            var next = progress.Part + 1;
            progress = await WriteAsync(target, progress with { Part = next, Next = next < job.Parts.Count ? job.Parts[next].First : 0 }, cancellation);
            show(behind, progress.Vectors);
        }

        return progress;
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
