using Microsoft.Extensions.Logging;

namespace Streaming.Kafka;

/// <summary>What the parts of one worker share: who it is, what it hosts, what it may use, and where it says what happens.</summary>
internal sealed class WorkerContext
{
    public WorkerContext(FilterBinding binding, KafkaOptions options, ITransactionalLog log, Surroundings surroundings, CallMonitor monitor, WorkerStatistics statistics, ILogger logger)
    {
        Binding = binding;
        Options = options;
        Log = log;
        Surroundings = surroundings;
        Monitor = monitor;
        Statistics = statistics;
        Logger = logger;
        Id = binding.Identity.Id(options.TopicPrefix);
        Stateful = binding.Filter as IStatefulFilter;
        Sink = binding.Filter as ISink;
    }

    public FilterBinding Binding { get; }

    public KafkaOptions Options { get; }

    public ITransactionalLog Log { get; }

    public Surroundings Surroundings { get; }

    public CallMonitor Monitor { get; }

    public WorkerStatistics Statistics { get; }

    public ILogger Logger { get; }

    /// <summary>transactional.id and group.instance.id.</summary>
    public string Id { get; }

    public IFilter Filter => Binding.Filter;

    /// <summary>The filter, where it has state.</summary>
    public IStatefulFilter? Stateful { get; }

    /// <summary>The filter, where its results leave Kafka.</summary>
    public ISink? Sink { get; }

    public TimeProvider Time => Surroundings.Time;

    /// <summary>The timestamp after a span of time.</summary>
    public long After(TimeSpan span) => Time.GetTimestamp() + (long)(span.TotalSeconds * Time.TimestampFrequency);

    public bool IsPast(long timestamp) => Time.GetTimestamp() >= timestamp;

    /// <summary>Says what failed; throws where no waiting mends it.</summary>
    public void Report(LogException e)
    {
        Note(e);
        if (e.Kind is FailureKind.Configuration or FailureKind.Replaced or FailureKind.Invariant)
        {
            throw new WorkerException(e.Kind, $"{e.Message} ({e.Code})", e);
        }
    }

    /// <summary>Says what failed.</summary>
    public void Note(LogException e)
    {
        Statistics.Report(new WorkerError(Time.GetUtcNow(), e.Kind, $"{e.Code}: {e.Message}"));
        Logger.Failed(Id, e.Code, e.Message, e.Kind);
    }
}
