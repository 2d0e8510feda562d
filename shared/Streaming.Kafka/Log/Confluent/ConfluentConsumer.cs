using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Streaming.Kafka;

/// <summary>A group member through Confluent's client, record by record.</summary>
internal sealed class ConfluentConsumer : IGroupConsumer
{
    private readonly IConsumer<int, int> _consumer;
    private readonly SpanKeeper _key = new();
    private readonly SpanKeeper _value = new();
    private readonly HeaderPacker _headers = new();
    private KafkaException? _fatal;
    private bool _closed;

    public ConfluentConsumer(ConsumerConfig settings, IGroupEvents events, ILogger logger)
    {
        _consumer = new ConsumerBuilder<int, int>(settings)
            .SetKeyDeserializer(_key)
            .SetValueDeserializer(_value)
            .SetLogHandler((_, message) => ClientLog.Pass(logger, message))
            .SetErrorHandler((_, error) => _fatal ??= error.IsFatal ? new KafkaException(error) : null)
            .SetPartitionsAssignedHandler((_, partitions) => events.OnAssigned(partitions.ConvertAll(Id)))
            .SetPartitionsRevokedHandler((_, partitions) => events.OnRevoked(partitions.ConvertAll(place => Id(place.TopicPartition))))
            .SetPartitionsLostHandler((_, partitions) => events.OnLost(partitions.ConvertAll(place => Id(place.TopicPartition))))
            .Build();
    }

    public bool IsMember => !_closed && _consumer.MemberId.Length > 0;

    /// <summary>Who this member is in its group, for the offsets of a transaction.</summary>
    public IConsumerGroupMetadata Membership => _consumer.ConsumerGroupMetadata;

    /// <summary>Commits offsets outside any transaction.</summary>
    public void Commit(IReadOnlyList<(PartitionId Partition, long Next)> offsets) => Try(() =>
        _consumer.Commit(offsets.Select(offset => new TopicPartitionOffset(offset.Partition.Topic, offset.Partition.Partition, offset.Next))));

    public void Subscribe(IReadOnlyList<string> topics) => Try(() => _consumer.Subscribe(topics));

    public void Poll(TimeSpan wait, IRecordIntake intake)
    {
        try
        {
            for (var result = _consumer.Consume(wait); result is not null; result = intake.IsFull ? null : _consumer.Consume(TimeSpan.Zero))
            {
                Hand(result, intake);
            }
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
        {
            var place = e.ConsumerRecord.TopicPartitionOffset;
            throw new LogException(FailureKind.Invariant, e.Error.Code.ToString(),
                $"{place.Topic}/{place.Partition.Value} has no record at the group's offset {place.Offset.Value}: retention removed records that were not processed, or the topic was made anew. Raise the topic's retention; set the group's offset to where it shall go on");
        }
        catch (KafkaException e)
        {
            throw ErrorClassifier.OfConsumer(e);
        }

        if (_fatal is not null)
        {
            throw ErrorClassifier.OfConsumer(_fatal);
        }
    }

    public void ReleaseRecords()
    {
        // Records are copied as they come.
    }

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

    private void Hand(ConsumeResult<int, int> result, IRecordIntake intake)
    {
        if (intake.Find(result.Topic, result.Partition.Value) is not { } partition)
        {
            return;
        }

        if (result.IsPartitionEOF)
        {
            partition.ReachedEnd();
            return;
        }

        var stamp = result.Message.Timestamp;
        partition.Take(result.Offset.Value, stamp.Type == TimestampType.LogAppendTime ? stamp.UnixTimestampMs : -1,
            _key.Bytes, _key.HasBytes, _value.Bytes, _value.HasBytes, _headers.Pack(result.Message.Headers));
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
