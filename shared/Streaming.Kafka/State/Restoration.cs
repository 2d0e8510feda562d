using System.Buffers;
using Streaming.Contracts;

namespace Streaming.Kafka;

/// <summary>
/// Brings one partition's state to its committed offset: ends what an unclean former owner left open, reads the kept pieces, replays the
/// input from the checkpoint, and checks that it arrived. Works in steps, so that the worker keeps polling meanwhile.
/// </summary>
internal sealed class Restoration : IDisposable
{
    private const int ReadAtOnce = 5_000;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);

    private readonly RestorationContext _context;
    private readonly PartitionId _input;
    private readonly PartitionId _state;
    private readonly Dictionary<byte[], (long Offset, byte[] Blob)> _pieces = new(ByteArrayComparer.Instance);
    private readonly HashSet<string> _fenced = new(StringComparer.Ordinal);
    private readonly RecordBatch _batch = new();
    private IPartitionReader? _stateReader;
    private IPartitionReader? _inputReader;
    private Progress? _progress;
    private long _giveUp;
    private bool _opened;

    public Restoration(RestorationContext context, PartitionId input)
    {
        _context = context;
        _input = input;
        _state = new PartitionId(context.StateTopic, input.Partition);
    }

    /// <summary>Where the partition goes live; valid once <see cref="Step"/> has said true.</summary>
    public long Committed { get; private set; } = -1;

    /// <summary>Where a replay would start.</summary>
    public long CheckpointOffset => _progress?.CheckpointOffset ?? -1;

    /// <summary>Goes a bounded way on.</summary>
    /// <returns>Whether the state has arrived.</returns>
    /// <exception cref="LogException">A call failed; the step may be repeated where it is of the kind <see cref="FailureKind.Retry"/>.</exception>
    /// <exception cref="WorkerException">The state cannot be restored; the message says what to do.</exception>
    public bool Step() => _inputReader is null ? ReadState() : Replay();

    /// <summary>Ends the reading. Where the state had not arrived, it is dropped.</summary>
    public void Dispose()
    {
        _stateReader?.Dispose();
        _inputReader?.Dispose();
        if (_opened)
        {
            _context.Filter.Close(_input.Partition);
            _opened = false;
        }
    }

    private bool ReadState()
    {
        _stateReader ??= _context.Log.CreateReader(_state, PartitionReader.FromStart);
        _batch.Start(0, _state.Partition);
        var atEnd = _stateReader.Read(Patience, ReadAtOnce, _batch);
        for (var i = 0; i < _batch.Count; i++)
        {
            Take(_batch[i]);
        }

        return atEnd && Arrive();
    }

    private void Take(Record record)
    {
        if (record.Key.SequenceEqual(StateCodec.ProgressKey))
        {
            _progress = Read(record).Progress ?? throw Unreadable(record);
        }
        else if (!StateCodec.TryReadPieceKey(record.Key, out var key))
        {
            throw Refuse($"the record at {_state} offset {record.Offset} has a key that no worker writes", "Nothing but this stage may write to its state topic: find who else does");
        }
        else if (record.HasValue)
        {
            var piece = Read(record).StateBlob ?? throw Unreadable(record);
            _pieces.GetAlternateLookup<ReadOnlySpan<byte>>()[key] = (piece.Offset, piece.Blob);
        }
        else
        {
            _pieces.GetAlternateLookup<ReadOnlySpan<byte>>().Remove(key);
        }
    }

    private FeatureState Read(Record record) => StateCodec.TryRead(record.Value, out var state) ? state! : throw Unreadable(record);

    private WorkerException Unreadable(Record record) =>
        Refuse($"the record at {_state} offset {record.Offset} cannot be read", "It was written by something else, or by a newer version: run that version");

    private bool Arrive()
    {
        if (_progress is not { } progress)
        {
            return MayStillCome() ? false : throw Refuse($"{_state} holds no progress record",
                "If this stage has never run, declare its first start ('streaming init'); if it has, its state was lost: restore the topic, or reset the group to where a new beginning is wanted and declare the first start again");
        }

        if (progress.PartitionCount != _context.PartitionCount)
        {
            throw new WorkerException(FailureKind.Configuration,
                $"{_input.Topic} has {_context.PartitionCount} partitions, but the state in {_context.StateTopic} was made when it had {progress.PartitionCount}: entities now lie in other partitions than their state. " +
                "Keep the count; to change it, make new topics under another prefix and replay into them");
        }

        if (!progress.Released && progress.Writer != _context.OwnId && _fenced.Add(progress.Writer))
        {
            Fence(progress.Writer);
            return false; // what it had pending is decided now: read on to the new end
        }

        var committed = _context.Consumer.Committed([_input])[0];
        if (committed != progress.NextOffset)
        {
            return MayStillCome() ? false : throw Refuse($"the group's committed offset of {_input} is {committed}, but its state stands at {progress.NextOffset}",
                "They are written together, so one of them was changed from outside: set the group's offset back to where the state stands, or declare a new first start for both");
        }

        var reader = _context.Log.CreateReader(_input, progress.CheckpointOffset);
        try
        {
            CheckRange(progress, reader.Watermarks());
        }
        catch
        {
            reader.Dispose();
            throw;
        }

        Committed = committed;
        _inputReader = reader;
        Load(progress);
        return progress.CheckpointOffset == progress.NextOffset && Compare(progress);
    }

    /// <summary>Transaction markers reach partitions one after another, so an offset may be seen before its progress record.</summary>
    private bool MayStillCome()
    {
        _giveUp = _giveUp == 0 ? _context.Worker.After(2 * _context.Worker.Options.TransactionTimeout) : _giveUp;
        return !_context.Worker.IsPast(_giveUp);
    }

    /// <summary>A former owner's open transaction would hide newer progress until it times out; this ends it at once.</summary>
    private void Fence(string writer)
    {
        try
        {
            using var stranger = _context.Log.CreateProducer(writer);
            stranger.Initialize();
        }
        catch (LogException)
        {
            _fenced.Remove(writer);
            throw;
        }
    }

    private void Load(Progress progress)
    {
        _context.Filter.Open(_input.Partition);
        _opened = true;
        foreach (var (key, (offset, blob)) in _pieces)
        {
            if (offset > progress.NextOffset)
            {
                throw Refuse($"a piece of state in {_state} stands at {offset}, beyond the progress record's {progress.NextOffset}", "State and progress are written together: restore the topic from a copy");
            }

            try
            {
                _context.Filter.Load(_input.Partition, key, offset, blob);
            }
            catch (InvalidDataException e)
            {
                throw new WorkerException(FailureKind.Invariant, $"A piece of state in {_state} cannot be taken: {e.Message} Run the version that wrote it, or declare a new first start", e);
            }
        }

        _pieces.Clear();
        _pieces.TrimExcess();
        _stateReader?.Dispose();
        _stateReader = null;
    }

    private void CheckRange(Progress progress, (long First, long End) range)
    {
        if (progress.CheckpointOffset < range.First)
        {
            throw Refuse($"{_input} begins at offset {range.First}, but the state needs it from {progress.CheckpointOffset}",
                "Retention has removed records that the state is made of. Raise the topic's retention; to go on with what is left, declare a new first start, which begins with empty state");
        }

        if (progress.NextOffset > range.End)
        {
            throw Refuse($"{_input} ends at offset {range.End}, but {progress.NextOffset} is committed", "The topic was made anew or truncated: declare a new first start");
        }
    }

    private bool Replay()
    {
        var progress = _progress!;
        _batch.Start(0, _input.Partition);
        var atEnd = _inputReader!.Read(Patience, ReadAtOnce, _batch);
        var wanted = _batch.Count;
        while (wanted > 0 && _batch[wanted - 1].Offset >= progress.NextOffset)
        {
            wanted--;
        }

        var arrived = wanted < _batch.Count || atEnd || (wanted > 0 && _batch[wanted - 1].Offset == progress.NextOffset - 1);
        _batch.Truncate(wanted);
        if (wanted > 0)
        {
            var began = _context.Time.GetTimestamp();
            _context.Filter.Replay(_batch);
            _context.Schedule.Measure(wanted, _context.Time.GetElapsedTime(began));
            _context.Worker.Statistics.CountReplayed(wanted);
        }

        return arrived && Compare(progress);
    }

    private bool Compare(Progress progress)
    {
        var counters = new ArrayBufferWriter<byte>();
        _context.Filter.WriteCounters(_input.Partition, counters);
        if (progress.Writer.Length > 0 && !counters.WrittenSpan.SequenceEqual(progress.Counters))
        {
            throw Refuse($"replaying {_input} from {progress.CheckpointOffset} to {progress.NextOffset} gave counters {Convert.ToHexString(counters.WrittenSpan)}, but {Convert.ToHexString(progress.Counters)} were recorded",
                "The rules or the log changed since. Run the version and feature sets that wrote the state, or declare a new first start");
        }

        _opened = false; // the state is the worker's from here on
        return true;
    }

    private static WorkerException Refuse(string what, string remedy) => new(FailureKind.Invariant, $"Cannot restore state: {what}. {remedy}.");
}

/// <summary>What every restoration of a worker needs.</summary>
internal sealed record RestorationContext(WorkerContext Worker, IGroupConsumer Consumer, int PartitionCount, CheckpointSchedule Schedule)
{
    public IStatefulFilter Filter => Worker.Stateful!;

    public ITransactionalLog Log => Worker.Log;

    public string StateTopic => Worker.Binding.State!.Name;

    public string OwnId => Worker.Id;

    public TimeProvider Time => Worker.Time;
}

/// <summary>Places to read from.</summary>
internal static class PartitionReader
{
    /// <summary>The first record that is still there.</summary>
    public const long FromStart = -2;
}
