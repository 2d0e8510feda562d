using System.Text;
using Confluent.Kafka;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Kafka;

namespace Streaming.Gateway.Readings;

/// <summary>Writes readings to <c>sensor.raw</c> and tells when Kafka has them on every replica that it asks.</summary>
internal sealed class ReadingPublisher : IDisposable
{
    private const int LingerMilliseconds = 2;
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(5);

    private readonly IProducer<byte[], byte[]> _producer;
    private readonly string _topic;
    private readonly int _schemaId;

    public ReadingPublisher(KafkaOptions kafka, int schemaId, TimeSpan deliveryTimeout)
    {
        _topic = new TopicNames(kafka.TopicPrefix).Of(Topics.SensorRaw);
        _schemaId = schemaId;
        _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig(kafka.ForClient("streaming-gateway").ToDictionary())
        {
            EnableIdempotence = true,
            Acks = Acks.All,
            Partitioner = Partitioner.Murmur2Random,
            LingerMs = LingerMilliseconds,
            CompressionType = CompressionType.Lz4,
            MessageTimeoutMs = (int)deliveryTimeout.TotalMilliseconds,
        }).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>A reading as the record's value.</summary>
    /// <param name="buffer">Used for it; what is in it is forgotten.</param>
    /// <param name="reading">The reading.</param>
    public byte[] Encode(AvroBuffer buffer, SensorReading reading)
    {
        buffer.Reset();
        ConfluentFraming.Write(buffer, _schemaId);
        var writer = new AvroWriter(buffer);
        SensorReading.Encode(ref writer, reading);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Completes with where it is when Kafka has it.</summary>
    /// <exception cref="KafkaException">Kafka did not take it in time, or not at all; it may be there all the same.</exception>
    public Task<TopicPartitionOffset> PublishAsync(string entity, byte[] value)
    {
        var delivered = new TaskCompletionSource<TopicPartitionOffset>(TaskCreationOptions.RunContinuationsAsynchronously);
        _producer.Produce(_topic, new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(entity), Value = value }, report =>
        {
            if (report.Error.IsError)
            {
                delivered.SetException(new KafkaException(report.Error));
            }
            else
            {
                delivered.SetResult(report.TopicPartitionOffset);
            }
        });
        return delivered.Task;
    }

    public void Dispose()
    {
        _producer.Flush(FlushTimeout);
        _producer.Dispose();
    }
}
