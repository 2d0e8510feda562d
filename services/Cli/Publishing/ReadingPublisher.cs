using System.Text;
using Confluent.Kafka;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Kafka;

namespace Streaming.Cli.Publishing;

/// <summary>Sends readings to <c>sensor.raw</c> and counts what the brokers have acknowledged.</summary>
internal sealed class ReadingPublisher : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(10);

    private readonly IProducer<byte[], byte[]> _producer;
    private readonly string _topic;
    private readonly int _schemaId;
    private long _sent;
    private long _acknowledged;
    private long _failed;
    private string? _error;

    public ReadingPublisher(KafkaOptions kafka, int schemaId)
    {
        _topic = new TopicNames(kafka.TopicPrefix).Of(Topics.SensorRaw);
        _schemaId = schemaId;
        _producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig(kafka.ForClient("streaming-publish").ToDictionary())
        {
            EnableIdempotence = true,
            LingerMs = 20,
            Partitioner = Partitioner.Murmur2Random,
            CompressionType = CompressionType.Lz4,
            MessageTimeoutMs = 30_000,
        }).SetLogHandler((_, _) => { }).Build();
    }

    /// <summary>How many readings are stored in Kafka.</summary>
    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    /// <exception cref="WorkerException">A reading could not be stored.</exception>
    public async Task SendAsync(SensorReading reading, CancellationToken cancellation)
    {
        var message = new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(reading.EntityId), Value = AvroCodec.ToFramed(reading, _schemaId) };
        while (true)
        {
            ThrowIfFailed();
            cancellation.ThrowIfCancellationRequested();
            try
            {
                _producer.Produce(_topic, message, Count);
                _sent++;
                return;
            }
            catch (ProduceException<byte[], byte[]> e) when (e.Error.Code == ErrorCode.Local_QueueFull)
            {
                await Task.Delay(Moment, TimeProvider.System, cancellation);
            }
        }
    }

    /// <summary>Completes when everything that was sent is acknowledged.</summary>
    /// <param name="show">Hears again and again how many are.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="WorkerException">A reading could not be stored.</exception>
    public async Task FinishAsync(Action<long> show, CancellationToken cancellation)
    {
        while (Acknowledged + Interlocked.Read(ref _failed) < _sent)
        {
            show(Acknowledged);
            await Task.Delay(Moment, TimeProvider.System, cancellation);
        }

        ThrowIfFailed();
    }

    public void Dispose() => _producer.Dispose();

    private void Count(DeliveryReport<byte[], byte[]> report)
    {
        if (report.Error.IsError)
        {
            _error = report.Error.Reason;
            Interlocked.Increment(ref _failed);
        }
        else
        {
            Interlocked.Increment(ref _acknowledged);
        }
    }

    private void ThrowIfFailed()
    {
        if (Interlocked.Read(ref _failed) > 0)
        {
            throw new WorkerException(FailureKind.Retry, $"{_topic} did not take a reading: {_error}. {Acknowledged} readings are stored; send the file again: what carries a sequence changes nothing the second time.");
        }
    }
}
