
namespace Streaming.Kafka;

/// <summary>How a worker reaches Kafka, and in what portions it works. The section is <c>Kafka</c>.</summary>
public sealed class KafkaOptions
{
    /// <summary>Brokers to begin with, as <c>host:port</c>, comma separated. Required.</summary>
    public string BootstrapServers { get; set; } = "";

    /// <summary>Put before every topic, group and transactional id, so that several chains share a cluster. Default: none.</summary>
    public string TopicPrefix { get; set; } = "";

    /// <summary>Further settings of librdkafka for every client, by their own names: <c>security.protocol</c>, <c>sasl.mechanism</c>,
    /// <c>ssl.ca.location</c> … Those that the loop depends on are refused here.</summary>
    public Dictionary<string, string> Client { get; } = new(StringComparer.Ordinal);

    /// <summary>After how long without a heartbeat a worker's partitions go to others. Default 10 s; 1 s to 5 min.</summary>
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After how long the coordinator aborts a transaction that nobody ends. Default 10 s; 1 s to 1 min.</summary>
    public TimeSpan TransactionTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After how long without a poll a worker is taken for hung; the watchdog then ends the process. Default 2 min; at least four
    /// times the transaction time-out.</summary>
    public TimeSpan MaxPollInterval { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long records are gathered before a transaction. Default 100 ms; 1 ms to 10 s.</summary>
    public TimeSpan BatchTime { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The most records of one transaction. Default 10,000; 1 to 1,000,000.</summary>
    public int BatchRecords { get; set; } = 10_000;

    /// <summary>The most input bytes of one transaction; one larger record is taken alone. Default 16 MiB; 64 KiB to 1 GiB.</summary>
    public long BatchBytes { get; set; } = 16 << 20;

    /// <summary>How often a filter is called with the time. Default 1 s; 50 ms to 1 min.</summary>
    public TimeSpan TimeCallInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The largest record a worker writes, dead letters apart, in bytes of key, value and headers. Not more than the topics'
    /// <c>max.message.bytes</c>. Default 1,000,000; 1 KiB to 100 MiB.</summary>
    public int MaxRecordBytes { get; set; } = 1_000_000;

    /// <summary>The largest dead letter; one that would be larger leaves its original bytes where they are and names their place and hash.
    /// Default 2,000,000; at least <see cref="MaxRecordBytes"/>, at most 100 MiB.</summary>
    public int MaxDeadLetterBytes { get; set; } = 2_000_000;

    /// <summary>How long a worker without committed offsets waits for the declaration of the first start before it refuses. Default 30 s; up to a day.</summary>
    public TimeSpan FirstStartWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the replay of a partition's input may take after a restart; checkpoints are written as often as that needs. Default 10 s; 1 ms to 1 h.</summary>
    public TimeSpan ReplayBound { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The share of a minute's entities from which on refusals stop the worker's progress rather than go on. Default 0.2; above 0, at most 1 (never).</summary>
    public double DeadLetterShare { get; set; } = 0.2;

    /// <summary>How many different entities must have been refused in that minute before the share counts. Default 20; at least 1.</summary>
    public int DeadLetterMinimum { get; set; } = 20;

    /// <summary>Commits offsets once more by themselves after each transaction, for a broker that forgets those of transactions, as librdkafka's mock
    /// cluster does. Not exactly once: never set it for a real cluster. Default: false.</summary>
    public bool RepeatOffsets { get; set; }

    /// <summary>Everything that is wrong, at once; empty where nothing is.</summary>
    public IReadOnlyList<OptionError> Validate() => KafkaOptionsRules.Check(this);

    /// <summary>What any client of the same cluster needs: brokers, name and the further settings.</summary>
    /// <param name="clientId">The name under which the brokers know it.</param>
    public IReadOnlyDictionary<string, string> ForClient(string clientId) => ClientSettings.Common(this, clientId);
}
