using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>Reads one partition through Confluent's client.</summary>
internal sealed class ConfluentReader : IPartitionReader
{
    private readonly IConsumer<int, int> _consumer;
    private readonly TopicPartition _partition;
    private readonly SpanKeeper _key = new();
    private readonly SpanKeeper _value = new();
    private readonly HeaderPacker _headers = new();
    private bool _atEnd;

    public ConfluentReader(ConsumerConfig settings, PartitionId partition, long offset, ILogger logger)
    {
        _partition = new TopicPartition(partition.Topic, partition.Partition);
        _consumer = new ConsumerBuilder<int, int>(settings)
            .SetKeyDeserializer(_key)
            .SetValueDeserializer(_value)
            .SetLogHandler((_, message) => ClientLog.Pass(logger, message))
            .Build();
        _consumer.Assign(new TopicPartitionOffset(_partition, offset));
    }

    public (long First, long End) Watermarks()
    {
        try
        {
            var found = _consumer.QueryWatermarkOffsets(_partition, ClientSettings.RequestTimeout);
            return (found.Low.Value, found.High.Value);
        }
        catch (KafkaException e)
        {
            throw ErrorClassifier.OfConsumer(e);
        }
    }

    public bool Read(TimeSpan wait, int most, RecordBatch into)
    {
        try
        {
            for (var result = _consumer.Consume(wait); result is not null; result = into.Count < most ? _consumer.Consume(TimeSpan.Zero) : null)
            {
                Hand(result, into);
            }
        }
        catch (KafkaException e)
        {
            // What is in the batch already must be taken first; an error that lasts comes again.
            if (into.Count == 0)
            {
                throw ErrorClassifier.OfConsumer(e);
            }
        }

        return _atEnd;
    }

    public void Dispose()
    {
        _consumer.Close();
        _consumer.Dispose();
    }

    private void Hand(ConsumeResult<int, int> result, RecordBatch into)
    {
        _atEnd = result.IsPartitionEOF;
        if (!_atEnd)
        {
            var stamp = result.Message.Timestamp;
            into.Add(result.Offset.Value, stamp.Type == TimestampType.LogAppendTime ? stamp.UnixTimestampMs : -1,
                _key.Bytes, _key.HasBytes, _value.Bytes, _value.HasBytes, _headers.Pack(result.Message.Headers));
        }
    }
}
