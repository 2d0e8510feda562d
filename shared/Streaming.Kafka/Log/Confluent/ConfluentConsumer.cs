using System.Text;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Streaming.Kafka;

/// <summary>A group member through Confluent's client. Records come by the batch and stay in the library's memory until they are released.</summary>
internal sealed unsafe class ConfluentConsumer : IGroupConsumer
{
    private readonly IConsumer<Ignore, Ignore> _consumer;
    private readonly MessageQueue _queue;
    private (string Name, byte[] Bytes)[] _topics = [];
    private KafkaException? _fatal;
    private bool _closed;

    public ConfluentConsumer(ConsumerConfig settings, IGroupEvents events, ILogger logger)
    {
        _consumer = new ConsumerBuilder<Ignore, Ignore>(settings)
            .SetLogHandler((_, message) => ClientLog.Pass(logger, message))
            .SetErrorHandler((_, error) => _fatal ??= error.IsFatal ? new KafkaException(error) : null)
            .SetPartitionsAssignedHandler((_, partitions) => events.OnAssigned(partitions.ConvertAll(Id)))
            .SetPartitionsRevokedHandler((_, partitions) => events.OnRevoked(partitions.ConvertAll(place => Id(place.TopicPartition))))
            .SetPartitionsLostHandler((_, partitions) => events.OnLost(partitions.ConvertAll(place => Id(place.TopicPartition))))
            .Build();
        _queue = new MessageQueue(_consumer.Handle);
    }

    public bool IsMember => !_closed && _consumer.MemberId.Length > 0;

    /// <summary>Who this member is in its group, for the offsets of a transaction.</summary>
    public IConsumerGroupMetadata Membership => _consumer.ConsumerGroupMetadata;

    /// <summary>Commits offsets outside any transaction.</summary>
    public void Commit(IReadOnlyList<(PartitionId Partition, long Next)> offsets) => Try(() =>
        _consumer.Commit(offsets.Select(offset => new TopicPartitionOffset(offset.Partition.Topic, offset.Partition.Partition, offset.Next))));

    public void Subscribe(IReadOnlyList<string> topics)
    {
        _topics = [.. topics.Select(name => (name, Encoding.UTF8.GetBytes(name)))];
        Try(() => _consumer.Subscribe(topics));
    }

    public void Poll(TimeSpan wait, IRecordIntake intake)
    {
        LogException? failure = null;
        for (var room = Math.Max(1, intake.Room); room > 0; room = intake.Room)
        {
            var held = _queue.Held;
            failure = Hand(_queue.Take(wait, room), intake) ?? failure;
            wait = TimeSpan.Zero;
            if (_queue.Held == held)
            {
                break; // nothing there, or nothing that is wanted before the consumer has been told where to pause and where to go
            }
        }

        if (failure is not null)
        {
            throw failure;
        }

        if (_fatal is not null)
        {
            throw ErrorClassifier.OfConsumer(_fatal);
        }
    }

    public void ReleaseRecords() => _queue.Release();

    public void Pause(PartitionId partition) => Try(() => _consumer.Pause([Place(partition)]));

    public void Resume(PartitionId partition) => Try(() => _consumer.Resume([Place(partition)]));

    public bool TrySeek(PartitionId partition, long offset)
    {
        try
        {
            _consumer.Seek(new TopicPartitionOffset(Place(partition), offset));
            return true;
        }
        catch (KafkaException e) when (e.Error.Code is ErrorCode.Local_State or ErrorCode.Local_UnknownPartition or ErrorCode.Local_InProgress or ErrorCode.Local_PrevInProgress)
        {
            return false;
        }
        catch (KafkaException e)
        {
            throw ErrorClassifier.OfConsumer(e);
        }
    }

    public long[] Committed(IReadOnlyList<PartitionId> partitions)
    {
        if (partitions.Count == 0)
        {
            return [];
        }

        var found = new Dictionary<PartitionId, long>();
        Try(() =>
        {
            foreach (var place in _consumer.Committed(partitions.Select(Place), ClientSettings.RequestTimeout))
            {
                found[Id(place.TopicPartition)] = place.Offset.Value;
            }
        });
        return [.. partitions.Select(partition => found.TryGetValue(partition, out var offset) && offset >= 0 ? offset : -1)];
    }

    public (long First, long End) Watermarks(PartitionId partition)
    {
        WatermarkOffsets? found = null;
        Try(() => found = _consumer.QueryWatermarkOffsets(Place(partition), ClientSettings.RequestTimeout));
        return (found!.Low.Value, found.High.Value);
    }

    public long KnownEnd(PartitionId partition)
    {
        long end = -1;
        Try(() => end = _consumer.GetWatermarkOffsets(Place(partition)).High.Value);
        return Math.Max(-1, end);
    }

    public void Dispose()
    {
        if (_closed)
        {
            return;
        }

        _queue.Dispose();
        try
        {
            Try(_consumer.Close);
        }
        finally
        {
            _closed = true;
            _consumer.Dispose();
        }
    }

    /// <summary>Hands over what was taken. All of it, also behind an error: what was taken does not come again.</summary>
    private LogException? Hand(int count, IRecordIntake intake)
    {
        LogException? failure = null;
        nint topic = 0;
        var place = -1;
        InputPartition? partition = null;
        for (var i = 0; i < count; i++)
        {
            var message = _queue[i];
            if (message->Topic != topic || message->Partition != place)
            {
                (topic, place) = (message->Topic, message->Partition);
                partition = topic == 0 ? null : intake.Find(NameOf(topic), place);
            }

            if (message->Error == 0 && partition is not null && Take(message, partition))
            {
                _queue.Hold(message);
                continue;
            }

            if (message->Error == Librdkafka.PartitionEnd)
            {
                partition?.ReachedEnd();
            }
            else if (message->Error != 0)
            {
                failure = Explain(message);
            }

            MessageQueue.Destroy(message);
        }

        return failure;
    }

    private bool Take(NativeMessage* message, InputPartition partition) => partition.Take(
        message->Offset,
        MessageQueue.AppendTime(message),
        message->Key,
        message->Key is null ? -1 : (int)message->KeyLength,
        message->Value,
        message->Value is null ? -1 : (int)message->ValueLength,
        _queue.Headers(message));

    private LogException Explain(NativeMessage* message) => (ErrorCode)message->Error is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange
        ? new LogException(FailureKind.Invariant, ((ErrorCode)message->Error).ToString(),
            $"{(message->Topic == 0 ? "" : NameOf(message->Topic))}/{message->Partition} has no record at the group's offset {message->Offset}: retention removed records that were not processed, or the topic was made anew. Raise the topic's retention; set the group's offset to where it shall go on")
        : ErrorClassifier.OfConsumer(_queue.Failure(message));

    private string NameOf(nint topic)
    {
        var bytes = MessageQueue.TopicName(topic);
        foreach (var known in _topics)
        {
            if (bytes.SequenceEqual(known.Bytes))
            {
                return known.Name;
            }
        }

        return Encoding.UTF8.GetString(bytes);
    }

    private static PartitionId Id(TopicPartition place) => new(place.Topic, place.Partition.Value);

    private static TopicPartition Place(PartitionId partition) => new(partition.Topic, partition.Partition);

    private static void Try(Action call)
    {
        try
        {
            call();
        }
        catch (KafkaException e)
        {
            throw ErrorClassifier.OfConsumer(e);
        }
    }
}
