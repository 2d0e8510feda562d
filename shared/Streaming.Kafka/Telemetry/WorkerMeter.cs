using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Streaming.Contracts;
using Streaming.Telemetry;

namespace Streaming.Kafka;

/// <summary>The workers of this process as metrics. Sums and gauges are read when they are collected, so that they cost the workers nothing.</summary>
internal static class WorkerMeter
{
    private static readonly DeadLetterReason[] Reasons = Enum.GetValues<DeadLetterReason>();
    private static readonly FailureKind[] Kinds = Enum.GetValues<FailureKind>();
    private static readonly WorkerState[] States = Enum.GetValues<WorkerState>();
    private static readonly Observed<WorkerContext> Workers = new();
    private static readonly Meter Meter = new(TelemetryNames.KafkaMeter);
    private static readonly Histogram<double> Commits = Meter.Histogram(ChainMetrics.OperationDuration);
    private static readonly Histogram<double> Processing = Meter.Histogram(ChainMetrics.ProcessDuration);
    private static readonly Histogram<double> BatchRecords = Meter.Histogram(ChainMetrics.BatchRecords);

    static WorkerMeter()
    {
        Meter.Observe(ChainMetrics.Consumed, () => Topics(worker => worker.Binding.Inputs, (worker, i) => worker.Statistics.RecordsInOf(i), "process"));
        Meter.Observe(ChainMetrics.Sent, () => Topics(worker => [.. worker.Binding.Outputs.Select(topic => topic.Name)], (worker, i) => worker.Statistics.RecordsOutOf(i), "send"));
        Sum(ChainMetrics.ConsumedBytes, statistics => statistics.BytesIn);
        Sum(ChainMetrics.SentBytes, statistics => statistics.BytesOut);
        Sum(ChainMetrics.ProducerRecycles, statistics => statistics.ProducerRecycles);
        Sum(ChainMetrics.Rewinds, statistics => statistics.Rewinds);
        Sum(ChainMetrics.Checkpoints, statistics => statistics.Checkpoints);
        Sum(ChainMetrics.Replayed, statistics => statistics.RecordsReplayed);
        Meter.Observe(ChainMetrics.Lag, () => Partitions((_, partition) => partition.Lag));
        Meter.Observe(ChainMetrics.CommittedOffset, () => Partitions((_, partition) => partition.CommittedOffset));
        Meter.Observe(ChainMetrics.Delay, () => Partitions(DelayOf));
        Meter.Observe(ChainMetrics.Transactions, () => Each(["committed", "aborted"], TelemetryNames.Outcome, outcome => outcome,
            (statistics, outcome) => outcome == "committed" ? statistics.TransactionsCommitted : statistics.TransactionsAborted));
        Meter.Observe(ChainMetrics.DeadLetters, () => Each(Reasons, TelemetryNames.DeadLetterReason, reason => reason.ToString(), (statistics, reason) => statistics.DeadLettersFor(reason)));
        Meter.Observe(ChainMetrics.Errors, () => Each(Kinds, TelemetryNames.Error, kind => kind.ToString(), (statistics, kind) => statistics.ErrorsOf(kind)));
        Meter.Observe(ChainMetrics.WorkerStates, () => Each(States, TelemetryNames.State, state => state.ToString(), (statistics, state) => statistics.State == state ? 1L : 0L));
        Meter.Observe(ChainMetrics.LastError, () =>
            from worker in Workers.All
            let error = worker.Statistics.LastError
            where error is not null
            select new Measurement<double>(error.At.ToUnixTimeMilliseconds() / 1000.0, With(worker, new KeyValuePair<string, object?>(TelemetryNames.Error, error.Kind.ToString()))));
    }

    /// <summary>Shows a worker, until the result is disposed of.</summary>
    public static IDisposable Show(WorkerContext worker) => Workers.Add(worker);

    /// <summary>Records a committed transaction.</summary>
    public static void Record(WorkerContext worker, int records, TimeSpan processing, TimeSpan commit)
    {
        if (!Commits.Enabled)
        {
            return;
        }

        var tags = new TagList(With(worker).AsSpan());
        BatchRecords.Record(records, tags);
        tags.Add(TelemetryNames.System, TelemetryNames.Kafka);
        tags.Add(TelemetryNames.Operation, "process");
        Processing.Record(processing.TotalSeconds, tags);
        tags[^1] = new(TelemetryNames.Operation, "commit");
        tags.Add(TelemetryNames.OperationType, "settle");
        Commits.Record(commit.TotalSeconds, tags);
    }

    private static void Sum(MetricDefinition metric, Func<WorkerStatistics, long> value) =>
        Meter.Observe(metric, () => Workers.All.Select(worker => new Measurement<long>(value(worker.Statistics), With(worker))));

    private static IEnumerable<Measurement<long>> Topics(Func<WorkerContext, IReadOnlyList<string>> topics, Func<WorkerContext, int, long> value, string operation) =>
        from worker in Workers.All
        from topic in topics(worker).Select((name, index) => (name, index))
        select new Measurement<long>(value(worker, topic.index),
            With(worker, new(TelemetryNames.System, TelemetryNames.Kafka), new(TelemetryNames.Operation, operation), new(TelemetryNames.Destination, topic.name)));

    private static IEnumerable<Measurement<T>> Partitions<T>(Func<WorkerContext, PartitionStatistics, T> value)
        where T : struct =>
        from worker in Workers.All
        from partition in worker.Statistics.Partitions
        select new Measurement<T>(value(worker, partition),
            With(worker, new(TelemetryNames.Destination, partition.Topic), new(TelemetryNames.Partition, partition.Partition.ToString(CultureInfo.InvariantCulture))));

    private static IEnumerable<Measurement<long>> Each<T>(T[] all, string key, Func<T, string> name, Func<WorkerStatistics, T, long> value) =>
        from worker in Workers.All
        from one in all
        select new Measurement<long>(value(worker.Statistics, one), With(worker, new KeyValuePair<string, object?>(key, name(one))));

    private static double DelayOf(WorkerContext worker, PartitionStatistics partition) => partition.Lag == 0 || partition.LastAppendTime < 0
        ? 0
        : Math.Max(0, worker.Time.GetUtcNow().ToUnixTimeMilliseconds() - partition.LastAppendTime) / 1000.0;

    private static KeyValuePair<string, object?>[] With(WorkerContext worker, params ReadOnlySpan<KeyValuePair<string, object?>> more) =>
        [.. more, new(TelemetryNames.Group, worker.Binding.Group), new(TelemetryNames.Client, worker.Id)];
}
