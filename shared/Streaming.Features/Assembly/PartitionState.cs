using System.Buffers;
using System.Runtime.CompilerServices;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Pipes;

namespace Streaming.Features.Assembly;

/// <summary>One partition of <c>sensor.readings</c>: takes its records one by one, in the order that TIME.md gives (rule 7).</summary>
[SkipLocalsInit]
internal sealed unsafe class PartitionState
{
    private readonly PartitionScope _scope;
    private readonly ReadingDecoder _decoder;
    private readonly SourceTimes _sources = new();
    private readonly FeatureSetState[] _sets;
    private readonly PartitionCheckpoint _checkpoint;
    private readonly Lookahead _lookahead;
    private readonly JoinedRecords _joined;
    private PartitionCounters _counters;
    private PartitionCounters _oldCounters;
    private bool _isLive;
    private bool _checkpointDue;
    private bool _checkpointWritten;

    public PartitionState(int partition, IReadOnlyList<FeatureSetPlan> plans, ReadingDecoder decoder, AssemblyOutput output)
    {
        _decoder = decoder;
        _scope = new PartitionScope(partition, plans.Count, output);
        _sets = [.. plans.Select((plan, position) => new FeatureSetState(plan, position, _scope, decoder))];
        _scope.Sets = _sets;
        _scope.JoinedMetrics = plans.SelectMany(plan => plan.Definition.Features).Where(feature => feature.Source == FeatureSource.GroupMetric).Select(feature => feature.Metric).ToHashSet(StringComparer.Ordinal);
        _checkpoint = new PartitionCheckpoint(_scope, _sources, decoder.Shapes);
        _lookahead = new Lookahead(_scope);
        _joined = new JoinedRecords(_scope, _sources);
    }

    /// <summary>The feature sets, in the order of their names.</summary>
    public IReadOnlyList<FeatureSetState> Sets => _sets;

    /// <summary>What came beside readings to count.</summary>
    public PartitionCounters Counters => _counters;

    /// <summary>Log time; null where it is undefined.</summary>
    public long? LogTime => _sources.LogTime == SourceTimes.Undefined ? null : _sources.LogTime;

    /// <summary>Whether a feature set began that no checkpoint knows of.</summary>
    public bool CheckpointDue => _checkpointDue;

    /// <summary>Bytes that the state takes.</summary>
    public long Bytes => _scope.Blocks.Bytes + _scope.Entities.Bytes + _scope.Deadlines.Bytes + _sets.Sum(set => set.Table.Bytes);

    /// <summary>Begins live work: every feature set runs from here on.</summary>
    public void GoLive()
    {
        if (!_isLive)
        {
            _isLive = true;
            _checkpointDue = StartSets();
        }
    }

    /// <summary>Begins a replay: where no checkpoint says what ran, everything did from the log's start.</summary>
    public void GoBack()
    {
        if (!_checkpoint.SaysWhatRan)
        {
            StartSets();
        }
    }

    /// <summary>Takes records.</summary>
    /// <param name="batch">The records.</param>
    /// <param name="output">Takes the refusals; null where nothing comes out.</param>
    public void Take(RecordBatch batch, OutputBatch? output)
    {
        _lookahead.Begin(batch);
        for (var i = 0; i < batch.Count; i++)
        {
            _lookahead.Advance(batch, i);
            var record = batch[i];
            if (output is not null)
            {
                output.Source = i;
            }

            if (!ConfluentFraming.TryRead(record.Value, out _, out var body) || !Take(record, body, _lookahead.HashOf(i)))
            {
                // It changed nothing but this.
                _counters.Malformed++;
                output?.Refuse(batch, i, DeadLetterReason.Malformed, "the value is not a framed record of sensor.readings with sound times and a source partition; only SensorIngest writes there");
            }
        }
    }

    /// <summary>Takes over a piece of a checkpoint.</summary>
    /// <exception cref="InvalidDataException">It cannot be read, or is of another content of a feature set.</exception>
    public void Load(ReadOnlySpan<byte> key, long offset, ReadOnlySpan<byte> blob)
    {
        _checkpoint.Load(key, offset, blob, ref _counters);
        _oldCounters = _counters;
    }

    /// <summary>Writes what a replay must arrive at.</summary>
    public void WriteCounters(IBufferWriter<byte> into) => into.Write(_checkpoint.PieceOf(_counters));

    /// <summary>Writes what changed since the last checkpoint.</summary>
    public void Checkpoint(ICheckpointWriter into)
    {
        _checkpoint.Write(into, _counters);
        _checkpointWritten = true;
    }

    /// <summary>Ends a transaction that holds.</summary>
    public void Commit()
    {
        _scope.Commit();
        _sources.Commit();
        _oldCounters = _counters;
        if (_checkpointWritten)
        {
            _checkpointDue = false;
            _checkpoint.Held();
        }

        _checkpointWritten = false;
    }

    /// <summary>Ends a transaction that is undone.</summary>
    public void Rollback()
    {
        _scope.Rollback();
        _sources.Rollback();
        _counters = _oldCounters;
        _checkpointWritten = false;
    }

    private bool Take(scoped in Record record, ReadOnlySpan<byte> body, uint keyHash)
    {
        var reader = new AvroReader(body, AvroLimits.Trusted);
        SensorLog.TryReadBranch(ref reader, out var branch);
        return branch switch
        {
            SensorLogBranch.IngestedReading => TryTakeReading(ref reader, record, keyHash),
            SensorLogBranch.Tick => TryTakeTick(ref reader),
            SensorLogBranch.EntityAttributes => TryTakeAttributes(ref reader, record.Offset),
            SensorLogBranch.GroupFeatures => TryTakeMember(ref reader, record.Offset),
            _ => false,
        };
    }

    private bool TryTakeReading(scoped ref AvroReader reader, scoped in Record record, uint keyHash)
    {
        IngestedReadingView.TryRead(ref reader, out var reading);
        if (reader.End() != AvroStatus.Ok || !Soundness.Holds(reading))
        {
            return false;
        }

        TakeReading(reading, record, keyHash);
        return true;
    }

    // Apart from readings, which are many: what these need on the stack is cleared at each call.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakeTick(scoped ref AvroReader reader)
    {
        TickView.TryRead(ref reader, out var tick);
        if (reader.End() != AvroStatus.Ok || tick.SourcePartitions is not (> 0 and <= Soundness.MaxSourcePartitions))
        {
            return false;
        }

        TakeTick(tick);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakeAttributes(scoped ref AvroReader reader, long offset)
    {
        EntityAttributesView.TryRead(ref reader, out var attributes);
        if (reader.End() != AvroStatus.Ok)
        {
            return false;
        }

        _joined.Take(attributes, offset, ref _counters);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryTakeMember(scoped ref AvroReader reader, long offset)
    {
        GroupFeaturesView.TryRead(ref reader, out var member);
        if (reader.End() != AvroStatus.Ok || member.MemberId.IsEmpty || !Soundness.IsTime(member.BucketStart))
        {
            return false;
        }

        _joined.Take(member, offset, ref _counters);
        return true;
    }

    private void TakeTick(scoped in TickView tick)
    {
        _counters.Ticks++;
        _sources.SetPartitions(tick.SourcePartitions);
        foreach (ref readonly var passed in tick.Passed)
        {
            if (Soundness.HasSource(passed.Partition, passed.IngestTime))
            {
                _sources.Advance(passed.Partition, passed.IngestTime);
            }
        }

        FirePassed();
    }

    private void TakeReading(scoped in IngestedReadingView view, scoped in Record record, uint keyHash)
    {
        var arrival = _sources.Advance(view.SourcePartition, view.IngestTime);
        FirePassed();
        if (view.Copy && _scope.JoinedMetrics.Count == 0)
        {
            _counters.Copies++;
            return;
        }

        _decoder.Decode(view, arrival, record.Offset, out var reading);
        if (reading.Scope == Scope.Group && _scope.JoinedMetrics.Count > 0)
        {
            _joined.Take(reading);
        }

        if (view.Copy)
        {
            _counters.Copies++;
            return;
        }

        if (!IsWanted(reading.Scope))
        {
            foreach (var set in _sets)
            {
                set.CountUnwanted();
            }

            return;
        }

        var slot = _scope.Add(reading.EntityId, record.Key.SequenceEqual(reading.EntityId) ? keyHash : EntityTable.HashOf(reading.EntityId));
        var entity = _scope.Entities[slot];
        if (record.Offset < entity->StandsAt)
        {
            return;
        }

        _scope.Touch(slot, entity);
        if (entity->Due <= arrival)
        {
            FireOwn(slot, reading.Scope, arrival);
        }

        var mayPass = false;
        foreach (var set in _sets)
        {
            mayPass |= set.Started && set.Take(slot, entity, reading);
        }

        if (mayPass)
        {
            PassBuckets(slot);
        }
    }

    private bool IsWanted(Scope scope)
    {
        foreach (var set in _sets)
        {
            if (set.Started && set.Plan.Definition.Scope == scope)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Closes what the entity's new watermark closes: by bucket start, then feature set.</summary>
    private void PassBuckets(int slot)
    {
        while (true)
        {
            FeatureSetState? first = null;
            var bucket = Bucket.None;
            foreach (var set in _sets)
            {
                if (set.Clock.FindPassed(slot) is var found and not Bucket.None && (first is null || set.StartOf(found) < first.StartOf(bucket)))
                {
                    (first, bucket) = (set, found);
                }
            }

            if (first is null)
            {
                return;
            }

            first.Pass(slot, bucket);
        }
    }

    /// <summary>Fires every deadline that log time has reached, in the order of time, entity, bucket and feature set.</summary>
    private void FirePassed()
    {
        var deadlines = _scope.Deadlines;
        while (deadlines.Count > 0 && deadlines.FirstKey <= _sources.LogTime)
        {
            var slot = deadlines.First;
            var next = _scope.NextDeadline(slot);
            if (next.Time > deadlines.FirstKey)
            {
                // It was put off since it was noted.
                _scope.Reschedule(slot);
            }
            else
            {
                _scope.Touch(slot);
                _sets[next.Set].Fire(slot, next);
            }
        }
    }

    /// <summary>Fires the deadlines that an entity's own silence has reached, even where log time has not. A group of the same name is another thing.</summary>
    private void FireOwn(int slot, Scope scope, long arrival)
    {
        while (_scope.NextDeadline(slot, scope) is var next && next.Time <= arrival)
        {
            _sets[next.Set].Fire(slot, next);
        }

        _scope.Reschedule(slot);
    }

    private bool StartSets()
    {
        var any = false;
        foreach (var set in _sets)
        {
            any |= !set.Started;
            set.Started = true;
        }

        return any;
    }
}
