using System.Text;
using Confluent.Kafka;
using Streaming.Avro;
using Streaming.Avro.Registry;
using Streaming.Contracts;
using Streaming.Kafka;
using Streaming.Registry;

namespace Streaming.Cli.Jobs;

/// <summary>Writes the course of jobs to <c>pipeline.jobs</c>.</summary>
internal sealed class JobJournal : IDisposable
{
    private readonly IProducer<byte[], byte[]> _producer;
    private readonly string _topic;
    private readonly int _schemaId;

    private JobJournal(KafkaOptions kafka, int schemaId)
    {
        _topic = new TopicNames(kafka.TopicPrefix).Of(Topics.PipelineJobs);
        _schemaId = schemaId;
        _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig(kafka.ForClient("streaming-jobs").ToDictionary())
        {
            EnableIdempotence = true,
            Partitioner = Partitioner.Murmur2Random,
            MessageTimeoutMs = 30_000,
        }).SetLogHandler((_, _) => { }).Build();
    }

    /// <exception cref="SchemaRegistryException">The registry is away, or does not hold the topic's schema.</exception>
    public static async Task<JobJournal> OpenAsync(KafkaOptions kafka, SchemaRegistryOptions registry, CancellationToken cancellation)
    {
        using var client = new SchemaRegistryClient(registry);
        var ids = await new SubjectSetup(client, new TopicNames(kafka.TopicPrefix)).FindAsync([Topics.PipelineJobs], cancellation);
        return new JobJournal(kafka, ids[Topics.PipelineJobs]);
    }

    /// <summary>Writes a step and waits until Kafka has stored it.</summary>
    /// <exception cref="WorkerException">Kafka did not take it.</exception>
    public async Task WriteAsync(JobEvent step, CancellationToken cancellation)
    {
        try
        {
            var message = new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(step.JobId), Value = AvroCodec.ToFramed(step, _schemaId) };
            await _producer.ProduceAsync(_topic, message, cancellation);
        }
        catch (ProduceException<byte[], byte[]> refused)
        {
            throw new WorkerException(FailureKind.Retry, $"{_topic} did not take the job's step '{step.State.ToSymbol()}': {refused.Error.Reason}");
        }
    }

    public void Dispose() => _producer.Dispose();
}
