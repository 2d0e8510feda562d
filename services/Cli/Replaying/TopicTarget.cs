using Streaming.Contracts;
using Streaming.Features.Replay;
using Streaming.Kafka;
using Streaming.Pipes;

namespace Streaming.Cli.Replaying;

/// <summary>Vectors into a topic apart, in one transaction with the job's progress.</summary>
internal sealed class TopicTarget(KafkaOptions kafka, ReplayJob job, int jobSchemaId) : IReplayTarget
{
    private readonly JobProgress _progress = new(kafka, job.Id);

    public Task OpenAsync(CancellationToken cancellation) => _progress.OpenAsync(cancellation);

    public Task WriteAsync(IReadOnlyList<ReplayedVector> vectors, ReplayProgress progress, CancellationToken cancellation) => _progress.WriteAsync(
        vectors.Select(vector => new OutgoingRecord(job.Topic, Murmur2.Partition(vector.Key, job.Partitions), vector.Key, vector.Value)), job.Step(JobState.Progressed, progress.Result), jobSchemaId, cancellation);

    public void Dispose() => _progress.Dispose();
}
