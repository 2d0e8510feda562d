using static Streaming.Telemetry.MetricKind;
using static Streaming.Telemetry.TelemetryNames;

namespace Streaming.Telemetry;

/// <summary>Every metric of the chain. Figures of a worker count what its transactions committed, since its start, unless they say otherwise.</summary>
public static class ChainMetrics
{
    /// <summary>Records taken in.</summary>
    public static readonly MetricDefinition Consumed = new(
        "messaging.client.consumed.messages", Counter, "{message}", "Records taken in and committed", TelemetryNames.System, Operation, Destination, Group, Client);

    /// <summary>Records written.</summary>
    public static readonly MetricDefinition Sent = new(
        "messaging.client.sent.messages", Counter, "{message}", "Records written and committed; dead letters and state are not among them", TelemetryNames.System, Operation, Destination, Group, Client);

    /// <summary>How long commits take.</summary>
    public static readonly MetricDefinition OperationDuration = new(
        "messaging.client.operation.duration", Histogram, "s", "How long the commit of a transaction took", TelemetryNames.System, Operation, OperationType, Group, Client);

    /// <summary>How long filters take.</summary>
    public static readonly MetricDefinition ProcessDuration = new(
        "messaging.process.duration", Histogram, "s", "How long the filter worked on the records of one transaction", TelemetryNames.System, Operation, Group, Client);

    /// <summary>Bytes taken in.</summary>
    public static readonly MetricDefinition ConsumedBytes = new("streaming.consumed.size", Counter, "By", "Keys, values and headers of the records taken in", Group, Client);

    /// <summary>Bytes written.</summary>
    public static readonly MetricDefinition SentBytes = new("streaming.sent.size", Counter, "By", "Keys, values and headers of the records written", Group, Client);

    /// <summary>Records that wait.</summary>
    public static readonly MetricDefinition Lag = new("streaming.consumer.lag", Gauge, "{record}", "Records of a partition that wait for the worker", Destination, Partition, Group, Client);

    /// <summary>How old what is processed is.</summary>
    public static readonly MetricDefinition Delay = new(
        "streaming.consumer.delay", Gauge, "s", "Now less the append time of the last record processed; 0 where nothing waits", Destination, Partition, Group, Client);

    /// <summary>Where the worker stands.</summary>
    public static readonly MetricDefinition CommittedOffset = new("streaming.consumer.offset", Gauge, "{record}", "The committed offset of a partition", Destination, Partition, Group, Client);

    /// <summary>Transactions.</summary>
    public static readonly MetricDefinition Transactions = new(
        "streaming.transactions", Counter, "{transaction}", "Transactions, by outcome: committed, or aborted and done again", Outcome, Group, Client);

    /// <summary>Records in a transaction.</summary>
    public static readonly MetricDefinition BatchRecords = new("streaming.transaction.records", Histogram, "{record}", "Records taken in by one transaction", Group, Client);

    /// <summary>Dead letters.</summary>
    public static readonly MetricDefinition DeadLetters = new("streaming.dead_letters", Counter, "{record}", "Records refused, by the rule that they broke", TelemetryNames.DeadLetterReason, Group, Client);

    /// <summary>Producers made anew.</summary>
    public static readonly MetricDefinition ProducerRecycles = new("streaming.producer.recycles", Counter, "{producer}", "How often the producer was made anew, after an error or on suspicion", Group, Client);

    /// <summary>Rewinds.</summary>
    public static readonly MetricDefinition Rewinds = new("streaming.consumer.rewinds", Counter, "{rewind}", "How often the worker went back to its committed offsets", Group, Client);

    /// <summary>Checkpoints.</summary>
    public static readonly MetricDefinition Checkpoints = new("streaming.state.checkpoints", Counter, "{checkpoint}", "Checkpoints written, each of one partition", Group, Client);

    /// <summary>Records replayed.</summary>
    public static readonly MetricDefinition Replayed = new("streaming.state.replayed", Counter, "{record}", "Records replayed to restore state", Group, Client);

    /// <summary>Errors.</summary>
    public static readonly MetricDefinition Errors = new("streaming.errors", Counter, "{error}", "What went wrong, mended or not, by what it called for", Error, Group, Client);

    /// <summary>The last error.</summary>
    public static readonly MetricDefinition LastError = new("streaming.last_error.time", Gauge, "s", "When the last error was, in seconds since 1970, with its class; none where there was none", Error, Group, Client);

    /// <summary>What a worker does.</summary>
    public static readonly MetricDefinition WorkerStates = new("streaming.worker.status", UpDownCounter, "{worker}", "1 for what the worker is doing, 0 for everything else", State, Group, Client);

    /// <summary>Every reading of assembly.</summary>
    public static readonly MetricDefinition Readings = new(
        "streaming.assembly.readings", Counter, "{reading}", "Readings that came to a feature set since the partition's log began; the classes below add up to them", Partition, FeatureSet, FeatureSetVersion);

    /// <summary>The classes of readings.</summary>
    public static readonly MetricDefinition ReadingOutcomes = new(
        "streaming.assembly.outcomes", UpDownCounter, "{reading}", "What became of them, each in one class: contributed, pending, duplicate, late, filtered, evicted", Outcome, Partition, FeatureSet, FeatureSetVersion);

    /// <summary>Vectors.</summary>
    public static readonly MetricDefinition Vectors = new(
        "streaming.assembly.vectors", Counter, "{vector}", "Vectors that left since the partition's log began: first ones and revisions", Outcome, Partition, FeatureSet, FeatureSetVersion);

    /// <summary>Entities in state.</summary>
    public static readonly MetricDefinition Entities = new("streaming.assembly.entities", UpDownCounter, "{entity}", "Entities remembered", Partition, FeatureSet, FeatureSetVersion);

    /// <summary>Buckets in state.</summary>
    public static readonly MetricDefinition Buckets = new("streaming.assembly.buckets", UpDownCounter, "{bucket}", "Buckets open or revisable", Partition, FeatureSet, FeatureSetVersion);

    /// <summary>What was forgotten.</summary>
    public static readonly MetricDefinition Evicted = new(
        "streaming.assembly.evictions", Counter, "{eviction}", "Buckets and entities forgotten to keep within a bound", Kind, Partition, FeatureSet, FeatureSetVersion);

    /// <summary>Bytes of state.</summary>
    public static readonly MetricDefinition StateSize = new("streaming.assembly.state.size", UpDownCounter, "By", "Memory that a partition's state takes", Partition);

    /// <summary>How far log time is behind.</summary>
    public static readonly MetricDefinition LogTimeDelay = new("streaming.assembly.log_time.delay", Gauge, "s", "Now less log time: how far behind the devices a partition knows itself complete", Partition);

    /// <summary>What came beside readings.</summary>
    public static readonly MetricDefinition OtherRecords = new(
        "streaming.assembly.other_records", Counter, "{record}", "What came beside readings to count: ticks, copies, attributes, malformed records", Kind, Partition);

    /// <summary>What became of vectors in scoring.</summary>
    public static readonly MetricDefinition Scored = new(
        "streaming.scoring.vectors", Counter, "{vector}", "Vectors scored, refused, or passed over since no model is for them; what an abort repeats counts again", Outcome, Deployment);

    /// <summary>How long a model takes.</summary>
    public static readonly MetricDefinition ScoringDuration = new("streaming.scoring.duration", Histogram, "s", "How long a model took for the vectors of one batch", Deployment);

    /// <summary>Rows written.</summary>
    public static readonly MetricDefinition RowsWritten = new("streaming.history.rows", Counter, "{row}", "Rows made durable; repeated ones count again", Kind);

    /// <summary>How long the store takes.</summary>
    public static readonly MetricDefinition WriteDuration = new("streaming.history.write.duration", Histogram, "s", "How long the store took for the rows of one write");

    /// <summary>Whether the store is down.</summary>
    public static readonly MetricDefinition Outages = new("streaming.history.outages", UpDownCounter, "{outage}", "1 while the store cannot be written, else 0");

    /// <summary>Readings over HTTP.</summary>
    public static readonly MetricDefinition PostedReadings = new("streaming.gateway.readings", Counter, "{reading}", "Readings posted: accepted, refused, or not acknowledged by Kafka", Outcome);

    /// <summary>What the history keeps.</summary>
    public static readonly MetricDefinition Kept = new("streaming.history.kept", Gauge, "{row}", "Vectors, predictions and labels in the history", Kind);

    /// <summary>Predictions that labels answered.</summary>
    public static readonly MetricDefinition Answered = new("streaming.quality.answered", Gauge, "{prediction}", "Predictions that a label has answered", Deployment);

    /// <summary>Predictions that were right.</summary>
    public static readonly MetricDefinition Right = new("streaming.quality.right", Gauge, "{prediction}", "Of these, those that were right", Deployment);

    /// <summary>All of them, in the order of the chain.</summary>
    public static readonly IReadOnlyList<MetricDefinition> All =
    [
        Consumed, Sent, OperationDuration, ProcessDuration, ConsumedBytes, SentBytes, Lag, Delay, CommittedOffset, Transactions, BatchRecords, DeadLetters, ProducerRecycles, Rewinds,
        Checkpoints, Replayed, Errors, LastError, WorkerStates, Readings, ReadingOutcomes, Vectors, Entities, Buckets, Evicted, StateSize, LogTimeDelay, OtherRecords, Scored, ScoringDuration,
        RowsWritten, WriteDuration, Outages, PostedReadings, Kept, Answered, Right,
    ];
}
