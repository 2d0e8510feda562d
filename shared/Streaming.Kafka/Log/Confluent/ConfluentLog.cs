using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Streaming.Kafka;

/// <summary>Kafka through Confluent's client.</summary>
internal sealed class ConfluentLog : ITransactionalLog, IDisposable
{
    private readonly KafkaOptions _options;
    private readonly string _group;
    private readonly string _id;
    private readonly int _inputs;
    private readonly ILogger _logger;
    private IConsumer<Ignore, Ignore>? _asker;
    private IAdminClient? _admin;

    public ConfluentLog(KafkaOptions options, string group, string id, int inputs, ILogger logger)
    {
        _options = options;
        _group = group;
        _id = id;
        _inputs = inputs;
        _logger = logger;
    }

    public IGroupConsumer CreateConsumer(IGroupEvents events) => new ConfluentConsumer(ClientSettings.Member(_options, _group, _id, _inputs), events, _logger);

    public ITransactionalProducer CreateProducer(string transactionalId)
    {
        var producer = new ConfluentProducer(ClientSettings.Producer(_options, transactionalId), _options.TransactionTimeout, _logger);
        return _options.RepeatOffsets ? new OffsetRepeater(producer) : producer;
    }

    public IPartitionReader CreateReader(PartitionId partition, long offset) => new ConfluentReader(ClientSettings.Reader(_options, $"{_id}-restore"), partition, offset, _logger);

    public int CountPartitions(string topic)
    {
        // Asked through a consumer: what a producer asks for may be made by the broker in passing.
        _asker ??= new ConsumerBuilder<Ignore, Ignore>(ClientSettings.Reader(_options, $"{_id}-start")).SetLogHandler((_, message) => ClientLog.Pass(_logger, message)).Build();
        _admin ??= new DependentAdminClientBuilder(_asker.Handle).Build();
        try
        {
            return Metadata.Find(_admin, topic)?.Partitions.Count ?? 0;
        }
        catch (KafkaException e)
        {
            throw ErrorClassifier.OfConsumer(e);
        }
    }

    /// <summary>Ends what is only needed for starting.</summary>
    public void Dispose()
    {
        _admin?.Dispose();
        _asker?.Dispose();
        _admin = null;
        _asker = null;
    }
}
