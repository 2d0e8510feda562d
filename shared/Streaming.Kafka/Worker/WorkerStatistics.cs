using Streaming.Contracts;

namespace Streaming.Kafka;

/// <summary>
/// What a worker has done and is doing. Written by its thread alone, read by any: each figure is whole, but two figures read one after the
/// other may belong to different moments.
/// </summary>
public sealed class WorkerStatistics
{
    private readonly long[] _deadLetters = new long[Enum.GetValues<DeadLetterReason>().Length];
    private readonly long[] _errors = new long[Enum.GetValues<FailureKind>().Length];
    private long[] _inputs = [];
    private long[] _outputs = [];
    private long _recordsIn;
    private long _bytesIn;
    private long _recordsOut;
    private long _bytesOut;
    private long _deadLetterCount;
    private long _committed;
    private long _aborted;
    private long _recycles;
    private long _rewinds;
    private long _checkpoints;
    private long _replayed;
    private long _lastCommitTicks;
    private int _state;
    private WorkerError? _lastError;
    private PartitionStatistics[] _partitions = [];

    /// <summary>What the worker is doing.</summary>
    public WorkerState State
    {
        get => (WorkerState)Volatile.Read(ref _state);
        internal set => Volatile.Write(ref _state, (int)value);
    }

    /// <summary>Input records whose transaction was committed.</summary>
    public long RecordsIn => Volatile.Read(ref _recordsIn);

    /// <summary>Bytes of their keys, values and headers.</summary>
    public long BytesIn => Volatile.Read(ref _bytesIn);

    /// <summary>Output records committed, without dead letters and state.</summary>
    public long RecordsOut => Volatile.Read(ref _recordsOut);

    /// <summary>Bytes of their keys, values and headers.</summary>
    public long BytesOut => Volatile.Read(ref _bytesOut);

    /// <summary>Dead letters committed.</summary>
    public long DeadLetters => Volatile.Read(ref _deadLetterCount);

    /// <summary>Transactions known to be committed.</summary>
    public long TransactionsCommitted => Volatile.Read(ref _committed);

    /// <summary>Transactions known to be undone.</summary>
    public long TransactionsAborted => Volatile.Read(ref _aborted);

    /// <summary>How often the producer was made anew, after an error or on suspicion.</summary>
    public long ProducerRecycles => Volatile.Read(ref _recycles);

    /// <summary>How often the worker went back to its committed offsets.</summary>
    public long Rewinds => Volatile.Read(ref _rewinds);

    /// <summary>Checkpoints committed, each of one partition.</summary>
    public long Checkpoints => Volatile.Read(ref _checkpoints);

    /// <summary>Records replayed to restore state.</summary>
    public long RecordsReplayed => Volatile.Read(ref _replayed);

    /// <summary>How long the last commit took.</summary>
    public TimeSpan LastCommitTime => TimeSpan.FromTicks(Volatile.Read(ref _lastCommitTicks));

    /// <summary>The last thing that went wrong, mended or not; null where nothing has.</summary>
    public WorkerError? LastError => Volatile.Read(ref _lastError);

    /// <summary>The input partitions that the worker has now.</summary>
    public IReadOnlyList<PartitionStatistics> Partitions => Volatile.Read(ref _partitions);

    /// <summary>Records that wait in the worker's partitions; those whose end is not known yet count nothing.</summary>
    public long Lag
    {
        get
        {
            long lag = 0;
            foreach (var partition in Partitions)
            {
                lag += partition.Lag;
            }

            return lag;
        }
    }

    /// <summary>Dead letters committed for one reason.</summary>
    public long DeadLettersFor(DeadLetterReason reason) => Volatile.Read(ref _deadLetters[(int)reason]);

    /// <summary>Input records committed of one input topic, by its position in the binding.</summary>
    public long RecordsInOf(int input) => Volatile.Read(ref _inputs) is var inputs && input < inputs.Length ? Volatile.Read(ref inputs[input]) : 0;

    /// <summary>Output records committed to one output topic, by its position in the binding.</summary>
    public long RecordsOutOf(int output) => Volatile.Read(ref _outputs) is var outputs && output < outputs.Length ? Volatile.Read(ref outputs[output]) : 0;

    /// <summary>How often something went wrong, mended or not, that called for this.</summary>
    public long ErrorsOf(FailureKind kind) => Volatile.Read(ref _errors[(int)kind]);

    internal void CountInput(int input, long records) => AddAt(ref _inputs, input, records);

    internal void CountOutput(int output, long records) => AddAt(ref _outputs, output, records);

    internal void CountCommit(long recordsIn, long bytesIn, long recordsOut, long bytesOut, TimeSpan took)
    {
        Add(ref _recordsIn, recordsIn);
        Add(ref _bytesIn, bytesIn);
        Add(ref _recordsOut, recordsOut);
        Add(ref _bytesOut, bytesOut);
        Volatile.Write(ref _lastCommitTicks, took.Ticks);
        Add(ref _committed, 1);
    }

    internal void CountDeadLetter(DeadLetterReason reason)
    {
        Add(ref _deadLetters[(int)reason], 1);
        Add(ref _deadLetterCount, 1);
    }

    internal void CountAbort() => Add(ref _aborted, 1);

    internal void CountRecycle() => Add(ref _recycles, 1);

    internal void CountRewind() => Add(ref _rewinds, 1);

    internal void CountCheckpoint() => Add(ref _checkpoints, 1);

    internal void CountReplayed(long records) => Add(ref _replayed, records);

    internal void Report(WorkerError error)
    {
        Add(ref _errors[(int)error.Kind], 1);
        Volatile.Write(ref _lastError, error);
    }

    internal void SetPartitions(PartitionStatistics[] partitions) => Volatile.Write(ref _partitions, partitions);

    private static void AddAt(ref long[] counters, int index, long amount)
    {
        if (index >= counters.Length)
        {
            var longer = new long[index + 1];
            counters.CopyTo(longer, 0);
            Volatile.Write(ref counters, longer);
        }

        Add(ref counters[index], amount);
    }

    private static void Add(ref long counter, long amount) => Volatile.Write(ref counter, counter + amount); // one writer
}

/// <summary>Something that went wrong in a worker.</summary>
/// <param name="At">When, by the worker's clock.</param>
/// <param name="Kind">What it called for.</param>
/// <param name="Message">What happened, with what to do where somebody can do something.</param>
public sealed record WorkerError(DateTimeOffset At, FailureKind Kind, string Message);
