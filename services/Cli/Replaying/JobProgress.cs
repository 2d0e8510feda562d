using System.Text;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Kafka;

namespace Streaming.Cli.Replaying;

/// <summary>Writes a job's progress, together with records or alone. Of two processes that work on one job, the later one shuts the earlier one out.</summary>
/// <param name="kafka">How to reach Kafka.</param>
/// <param name="id">The job's id.</param>
internal sealed class JobProgress(KafkaOptions kafka, string id) : IDisposable
{
    private const int JobPartition = 0;

    private readonly TransactionalWriter _writer = new(kafka, $"{kafka.TopicPrefix}streaming-{id}");
    private readonly string _topic = new TopicNames(kafka.TopicPrefix).Of(Topics.PipelineJobs);

    public Task OpenAsync(CancellationToken cancellation) => _writer.OpenAsync(cancellation);

    public Task WriteAsync(IEnumerable<OutgoingRecord> records, JobEvent step, int schemaId, CancellationToken cancellation) =>
        _writer.WriteAsync([.. records, new OutgoingRecord(_topic, JobPartition, Encoding.UTF8.GetBytes(id), AvroCodec.ToFramed(step, schemaId))], cancellation);

    /// <summary>Writes records that go before the first progress.</summary>
    public Task PublishAsync(IEnumerable<OutgoingRecord> records, CancellationToken cancellation) => _writer.WriteAsync([.. records], cancellation);

    public void Dispose() => _writer.Dispose();
}
