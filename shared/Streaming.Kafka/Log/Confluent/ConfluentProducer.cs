using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>A transactional producer through Confluent's client.</summary>
internal sealed class ConfluentProducer : ITransactionalProducer
{
    private readonly IProducer<byte[]?, byte[]?> _producer;
    /// <summary>What the client's log calls it when a transaction can only be aborted any more.</summary>
    private const string TransactionFailed = "TXNERR";

    private static readonly TimeSpan FlushSlice = TimeSpan.FromMilliseconds(20);

    private readonly ProduceLanes _lanes;
    private readonly TimeSpan _timeout;
    private int _trouble;
    private int _failed;

    public ConfluentProducer(ProducerConfig settings, TimeSpan timeout, ILogger logger)
    {
        _timeout = timeout;
        _producer = new ProducerBuilder<byte[]?, byte[]?>(settings)
            .SetKeySerializer(PassThrough.Instance)
            .SetValueSerializer(PassThrough.Instance)
            .SetLogHandler((_, message) => Hear(logger, message))
            .SetErrorHandler((_, _) => Volatile.Write(ref _trouble, 1))
            .Build();
        _lanes = new ProduceLanes(_producer.Handle);
    }

    public bool HadTrouble => Volatile.Read(ref _trouble) != 0;

    public void Initialize() => Try(() => _producer.InitTransactions(_timeout));

    public void Begin()
    {
        Volatile.Write(ref _trouble, 0);
        Volatile.Write(ref _failed, 0);
        _lanes.Clear();
        Try(_producer.BeginTransaction);
    }

    public void Send(PartitionId partition, in Record record)
    {
        try
        {
            if (record.Headers.IsEmpty)
            {
                _lanes.Add(partition, record);
                return;
            }

            _lanes.Push(partition); // what came before it goes before it
            _producer.Produce(new TopicPartition(partition.Topic, partition.Partition), new Message<byte[]?, byte[]?>
            {
                Key = record.HasKey ? record.Key.ToArray() : null,
                Value = record.HasValue ? record.Value.ToArray() : null,
                Headers = HeaderPacker.Unpack(record.Headers),
            });
        }
        catch (KafkaException e)
        {
            throw ErrorClassifier.OfProducer(e);
        }
    }

    public void SendOffsets(IReadOnlyList<(PartitionId Partition, long Next)> offsets, IGroupConsumer member)
    {
        var places = new TopicPartitionOffset[offsets.Count];
        for (var i = 0; i < places.Length; i++)
        {
            places[i] = new TopicPartitionOffset(offsets[i].Partition.Topic, offsets[i].Partition.Partition, offsets[i].Next);
        }

        Try(_lanes.Push);
        Flush();
        try
        {
            // A session can end while what was written was waited for; the client then names no member, and the broker takes that for another
            // process under this name. The name is looked at after it was taken: it comes back only in a poll.
            var membership = ((ConfluentConsumer)member).Membership;
            if (!member.IsMember)
            {
                throw LogException.NotAMember();
            }

            _producer.SendOffsetsToTransaction(places, membership, _timeout);
        }
        catch (KafkaTxnRequiresAbortException e) when (e.Error.Code == ErrorCode.Local_State)
        {
            // It has failed before, and only the commit, which it cannot succeed in any more, tells of what.
            Try(() => _producer.CommitTransaction(_timeout));
            throw ErrorClassifier.OfProducer(e);
        }
        catch (KafkaException e)
        {
            throw ErrorClassifier.OfProducer(e);
        }
    }

    public void Commit() => Try(() => _producer.CommitTransaction(_timeout));

    public void Abort() => Try(() => _producer.AbortTransaction(_timeout));

    public void Dispose()
    {
        _lanes.Dispose();
        _producer.Dispose();
    }

    /// <summary>Waits for the brokers to have every record, but no longer once one is refused: a commit would wait for those behind it until the
    /// transaction's time is over.</summary>
    private void Flush()
    {
        var slices = (int)(_timeout / FlushSlice);
        while (slices-- > 0 && Volatile.Read(ref _failed) == 0 && _producer.Flush(FlushSlice) > 0)
        {
        }
    }

    private void Hear(ILogger logger, LogMessage message)
    {
        if (message.Facility == TransactionFailed)
        {
            Volatile.Write(ref _failed, 1);
        }

        ClientLog.Pass(logger, message);
    }

    private static void Try(Action call)
    {
        try
        {
            call();
        }
        catch (KafkaException e)
        {
            throw ErrorClassifier.OfProducer(e);
        }
    }

    private sealed class PassThrough : ISerializer<byte[]?>
    {
        public static readonly PassThrough Instance = new();

        public byte[]? Serialize(byte[]? data, SerializationContext context) => data;
    }
}
