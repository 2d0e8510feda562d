using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>Reads one partition through Confluent's client.</summary>
internal sealed unsafe class ConfluentReader : IPartitionReader
{
    private readonly IConsumer<Ignore, Ignore> _consumer;
    private readonly TopicPartition _partition;
    private readonly MessageQueue _queue;
    private bool _atEnd;

    public ConfluentReader(ConsumerConfig settings, PartitionId partition, long offset, ILogger logger)
    {
        _partition = new TopicPartition(partition.Topic, partition.Partition);
        _consumer = new ConsumerBuilder<Ignore, Ignore>(settings)
            .SetLogHandler((_, message) => ClientLog.Pass(logger, message))
            .Build();
        _queue = new MessageQueue(_consumer.Handle);
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
        KafkaException? failure = null;
        while (failure is null && into.Count < most)
        {
            var count = _queue.Take(wait, most - into.Count);
            wait = TimeSpan.Zero;
            if (count == 0)
            {
                break;
            }

            for (var i = 0; i < count; i++)
            {
                var message = _queue[i];
                failure ??= message->Error is 0 or Librdkafka.PartitionEnd ? null : _queue.Failure(message);
                if (message->Error is 0 or Librdkafka.PartitionEnd)
                {
                    Hand(message, into);
                }

                MessageQueue.Destroy(message);
            }
        }

        // What is in the batch already must be taken first; an error that lasts comes again.
        if (failure is not null && into.Count == 0)
        {
            throw ErrorClassifier.OfConsumer(failure);
        }

        return _atEnd;
    }

    public void Dispose()
    {
        _queue.Dispose();
        _consumer.Close();
        _consumer.Dispose();
    }

    private void Hand(NativeMessage* message, RecordBatch into)
    {
        _atEnd = message->Error == Librdkafka.PartitionEnd;
        if (!_atEnd)
        {
            into.Add(message->Offset, MessageQueue.AppendTime(message),
                new ReadOnlySpan<byte>(message->Key, (int)message->KeyLength), message->Key is not null,
                new ReadOnlySpan<byte>(message->Value, (int)message->ValueLength), message->Value is not null, _queue.Headers(message));
        }
    }
}
