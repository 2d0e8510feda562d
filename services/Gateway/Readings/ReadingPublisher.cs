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

    private readonly ProducerConfig _config;
    private readonly string _topic;
    private readonly int _schemaId;
    private readonly Lock _renewing = new();
    private volatile IProducer<byte[], byte[]> _producer;

    public ReadingPublisher(KafkaOptions kafka, int schemaId, GatewayOptions options)
    {
        _topic = new TopicNames(kafka.TopicPrefix).Of(Topics.SensorRaw);
        _schemaId = schemaId;
        _config = new ProducerConfig(kafka.ForClient("streaming-gateway").ToDictionary())
        {
            EnableIdempotence = true,
            Acks = Acks.All,
            Partitioner = Partitioner.Murmur2Random,
            LingerMs = LingerMilliseconds,
            CompressionType = CompressionType.Lz4,
            MessageTimeoutMs = (int)options.DeliveryTimeout.TotalMilliseconds,
            QueueBufferingMaxKbytes = (options.MaxPendingBytes / 512) + 1,
        };
        _producer = Build();
    }

    /// <summary>Where readings go.</summary>
    public string Topic => _topic;

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
    /// <param name="entity">The reading's entity.</param>
    /// <param name="value">The reading, encoded.</param>
    /// <param name="headers">The trace that it belongs to, or none.</param>
    /// <exception cref="KafkaException">Kafka did not take it in time, or not at all; it may be there all the same.</exception>
    public Task<TopicPartitionOffset> PublishAsync(string entity, byte[] value, Headers? headers)
    {
        var delivered = new TaskCompletionSource<TopicPartitionOffset>(TaskCreationOptions.RunContinuationsAsynchronously);
        var producer = _producer;
        try
        {
            producer.Produce(_topic, new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(entity), Value = value, Headers = headers }, report =>
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
        }
        catch (KafkaException lost) when (lost.Error.IsFatal)
        {
            Renew(producer);
            delivered.SetException(lost);
        }
        catch (KafkaException full)
        {
            delivered.SetException(full);
        }

        return delivered.Task;
    }

    public void Dispose()
    {
        _producer.Flush(FlushTimeout);
        _producer.Dispose();
    }

    // A producer with a fatal error takes nothing any more; who was refused is asked to come again, and meets the next one.
    private void Renew(IProducer<byte[], byte[]> lost)
    {
        lock (_renewing)
        {
            if (_producer == lost)
            {
                _producer = Build();
                _ = Task.Run(lost.Dispose);
            }
        }
    }

    private IProducer<byte[], byte[]> Build() => new ProducerBuilder<byte[], byte[]>(_config).SetLogHandler((_, _) => { }).Build();
}
