using System.Text;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Features.Replay;
using Streaming.History;
using Streaming.History.Sink;
using Streaming.Kafka;
using Streaming.Monitoring;

namespace Streaming.Cli.Replaying;

/// <summary>Vectors into the history as a backfill: known from the job's start on, so that writing them once more changes nothing.</summary>
internal sealed class HistoryTarget(KafkaOptions kafka, ReplayJob job, int jobSchemaId, IHistoryWriter history, RecordOrigin started, PublishedSets sets) : IReplayTarget
{
    private const int SetsPartition = 0;

    private readonly JobProgress _progress = new(kafka, job.Id);

    public async Task OpenAsync(CancellationToken cancellation)
    {
        await _progress.OpenAsync(cancellation);
        await history.WriteAsync([.. sets.All.Select(set => BackfillRows.Of(set, started))], cancellation);
        await _progress.PublishAsync(
            sets.Unpublished.Select(set => new OutgoingRecord(sets.Topic, SetsPartition, Encoding.UTF8.GetBytes($"{set.Name}:{set.Version}"), AvroCodec.ToFramed(set, sets.SchemaId))), cancellation);
    }

    public async Task WriteAsync(IReadOnlyList<ReplayedVector> vectors, ReplayProgress progress, CancellationToken cancellation)
    {
        var refused = await history.WriteAsync([.. vectors.Select(vector => BackfillRows.Of(vector.Read(), started))], cancellation);
        if (refused.Count > 0)
        {
            var first = vectors[refused[0].Index].Read();
            throw new CommandException($"The history cannot take {refused.Count} of the vectors; the first, {first.EntityId} at {first.BucketStart}: {refused[0].Reason}. What it took stays; resume the job when that is mended.");
        }

        await _progress.WriteAsync([], job.Step(JobState.Progressed, progress.Result), jobSchemaId, cancellation);
    }

    public void Dispose() => _progress.Dispose();
}
