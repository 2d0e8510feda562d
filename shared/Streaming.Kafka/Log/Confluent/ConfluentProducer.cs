using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>A transactional producer through Confluent's client.</summary>
internal sealed class ConfluentProducer : ITransactionalProducer
{
    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly TimeSpan _timeout;
    private int _trouble;

    public ConfluentProducer(ProducerConfig settings, TimeSpan timeout, ILogger logger)
    {
        _timeout = timeout;
        _producer = new ProducerBuilder<byte[]?, byte[]?>(settings)
            .SetKeySerializer(PassThrough.Instance)
            .SetValueSerializer(PassThrough.Instance)
            .SetLogHandler((_, message) => ClientLog.Pass(logger, message))
            .SetErrorHandler((_, _) => Volatile.Write(ref _trouble, 1))
            .Build();
    }

    public bool HadTrouble => Volatile.Read(ref _trouble) != 0;

    public void Initialize() => Try(() => _producer.InitTransactions(_timeout));

    public void Begin()
    {
        Volatile.Write(ref _trouble, 0);
        Try(_producer.BeginTransaction);
    }

    public void Send(PartitionId partition, in Record record)
    {
        var message = new Message<byte[]?, byte[]?>
        {
            Key = record.HasKey ? record.Key.ToArray() : null,
            Value = record.HasValue ? record.Value.ToArray() : null,
            Headers = HeaderPacker.Unpack(record.Headers),
        };
        try
        {
            _producer.Produce(new TopicPartition(partition.Topic, partition.Partition), message);
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

        Try(() => _producer.SendOffsetsToTransaction(places, ((ConfluentConsumer)member).Membership, _timeout));
    }

    public void Commit() => Try(_producer.CommitTransaction);

    public void Abort() => Try(_producer.AbortTransaction);

    public void Dispose() => _producer.Dispose();

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
