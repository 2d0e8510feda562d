using System.Globalization;
using Confluent.Kafka;

namespace Streaming.Kafka;

/// <summary>The clients' settings. Those that exactly once rests on are set last, over anything that was configured.</summary>
internal static class ClientSettings
{
    /// <summary>Room for what Kafka puts around a record.</summary>
    private const int Envelope = 1024;

    /// <summary>Consumers know it, producers warn of it.</summary>
    private const string CheckCrcs = "check.crcs";

    private const int HeartbeatMilliseconds = 3000;

    /// <summary>How soon a fetch follows when what was fetched ahead has been taken; the client's own default of a second starves a fast worker.</summary>
    private const int FetchBackoffMilliseconds = 10;

    /// <summary>How long one question to the cluster may take.</summary>
    public static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long one call to the cluster may take as a rule. With a short transaction time-out it is still a question that may go unanswered:
    /// the client repeats what a cluster that stands still does not answer.</summary>
    public static TimeSpan LongestCall(KafkaOptions options) => options.TransactionTimeout > RequestTimeout ? options.TransactionTimeout : RequestTimeout;

    /// <summary>A member of a group.</summary>
    /// <param name="options">How to reach Kafka.</param>
    /// <param name="group">The group.</param>
    /// <param name="id">The member's stable id.</param>
    /// <param name="inputs">How many topics the group reads.</param>
    public static ConsumerConfig Member(KafkaOptions options, string group, string id, int inputs) => new(Common(options, id))
    {
        GroupId = group,
        GroupInstanceId = id,

        // The sticky assignor counts partitions of all topics together, and can give one member a busy topic and another an idle one; the
        // range assignor gives each member its share of every topic. With one topic the sticky one moves less when members come and go.
        PartitionAssignmentStrategy = inputs > 1 ? PartitionAssignmentStrategy.Range : PartitionAssignmentStrategy.CooperativeSticky,
        SessionTimeoutMs = Milliseconds(options.SessionTimeout),
        HeartbeatIntervalMs = Math.Min(HeartbeatMilliseconds, Milliseconds(options.SessionTimeout) / 3),
        MaxPollIntervalMs = Milliseconds(options.MaxPollInterval),
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        AutoOffsetReset = AutoOffsetReset.Error,
        IsolationLevel = IsolationLevel.ReadCommitted,
        EnablePartitionEof = true,
        AllowAutoCreateTopics = false,
        CheckCrcs = ChecksCrcs(options),
        QueuedMaxMessagesKbytes = 16384,
        QueuedMinMessages = 10_000,
        FetchQueueBackoffMs = FetchBackoffMilliseconds,
        FetchWaitMaxMs = 100,
    };

    /// <summary>A reader outside any group; the group's name is only there because a client must have one.</summary>
    public static ConsumerConfig Reader(KafkaOptions options, string id) => new(Common(options, id))
    {
        GroupId = id,
        EnableAutoCommit = false,
        EnableAutoOffsetStore = false,
        AutoOffsetReset = AutoOffsetReset.Error,
        IsolationLevel = IsolationLevel.ReadCommitted,
        EnablePartitionEof = true,
        AllowAutoCreateTopics = false,
        CheckCrcs = ChecksCrcs(options),
        QueuedMaxMessagesKbytes = 16384,
        FetchQueueBackoffMs = FetchBackoffMilliseconds,
        FetchWaitMaxMs = 50,
    };

    /// <summary>A transactional producer.</summary>
    public static ProducerConfig Producer(KafkaOptions options, string transactionalId) => new(Common(options, transactionalId))
    {
        TransactionalId = transactionalId,
        TransactionTimeoutMs = Milliseconds(options.TransactionTimeout),
        EnableIdempotence = true,
        EnableDeliveryReports = false,
        MessageMaxBytes = Math.Max(options.MaxRecordBytes, options.MaxDeadLetterBytes) + Envelope,
        BatchSize = Math.Min(1_000_000, options.MaxRecordBytes),
        LingerMs = 5,
        QueueBufferingMaxKbytes = 65_536,
        QueueBufferingMaxMessages = 500_000,
        CompressionType = CompressionType.Lz4,
    };

    /// <summary>A producer of single records, each acknowledged by itself.</summary>
    public static ProducerConfig Writer(KafkaOptions options, string id) => new(Common(options, id))
    {
        EnableIdempotence = true,
        MessageMaxBytes = options.MaxDeadLetterBytes + Envelope,
        MessageTimeoutMs = (int)RequestTimeout.TotalMilliseconds,
    };

    /// <summary>What every client needs.</summary>
    public static Dictionary<string, string> Common(KafkaOptions options, string clientId) => new(options.Client.Where(setting => setting.Key != CheckCrcs))
    {
        ["bootstrap.servers"] = options.BootstrapServers,
        ["client.id"] = clientId,
        ["socket.timeout.ms"] = Math.Min((int)RequestTimeout.TotalMilliseconds, Milliseconds(options.TransactionTimeout)).ToString(CultureInfo.InvariantCulture),
    };

    // On unless it is turned off by name, as a broker needs whose own control records carry no checksum.
    private static bool ChecksCrcs(KafkaOptions options) => options.Client.GetValueOrDefault(CheckCrcs) != "false";

    private static int Milliseconds(TimeSpan time) => (int)time.TotalMilliseconds;
}
