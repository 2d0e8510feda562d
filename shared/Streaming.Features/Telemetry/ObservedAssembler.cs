using System.Buffers;
using System.Diagnostics;
using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Pipes;

namespace Streaming.Features.Telemetry;

/// <summary>
/// An assembler that can be watched: its committed counters as metrics, and the vectors of followed readings in the readings' traces. What comes
/// out is the assembler's, byte for byte.
/// </summary>
public sealed class ObservedAssembler : IStatefulFilter, ITraceJoin, IDisposable
{
    private const int VectorsOutput = 0;

    private readonly FeatureAssembler _assembler;
    private readonly FollowedReadings _followed = new();
    private readonly IDisposable _shown;
    private PartitionFigures[] _figures = [];
    private bool _due;

    /// <summary>Watches an assembler.</summary>
    /// <param name="assembler">The assembler.</param>
    /// <param name="clock">Tells how far log time is behind.</param>
    public ObservedAssembler(FeatureAssembler assembler, TimeProvider clock)
    {
        _assembler = assembler;
        Clock = clock;
        _shown = AssemblyMeter.Show(this);
    }

    /// <inheritdoc/>
    public bool IsEmpty => _followed.Count == 0;

    /// <summary>What each partition had committed when it was last asked, about once a second; read from any thread.</summary>
    internal IReadOnlyList<PartitionFigures> Figures => Volatile.Read(ref _figures);

    internal TimeProvider Clock { get; }

    /// <inheritdoc/>
    public void Start(FilterTopics topics) => _assembler.Start(topics);

    /// <inheritdoc/>
    public void Open(int partition) => _assembler.Open(partition);

    /// <inheritdoc/>
    public void Load(int partition, ReadOnlySpan<byte> key, long offset, ReadOnlySpan<byte> blob) => _assembler.Load(partition, key, offset, blob);

    /// <inheritdoc/>
    public void Replay(RecordBatch batch) => _assembler.Replay(batch);

    /// <inheritdoc/>
    public void Process(RecordBatch batch, OutputBatch output) => _assembler.Process(batch, output);

    /// <inheritdoc/>
    public void OnTime(TimeCall now, OutputBatch output)
    {
        _assembler.OnTime(now, output);
        _due = true;
    }

    /// <inheritdoc/>
    public void WriteCounters(int partition, IBufferWriter<byte> into) => _assembler.WriteCounters(partition, into);

    /// <inheritdoc/>
    public void Checkpoint(int partition, long nextOffset, ICheckpointWriter into) => _assembler.Checkpoint(partition, nextOffset, into);

    /// <inheritdoc/>
    public bool CheckpointDue(int partition) => _assembler.CheckpointDue(partition);

    /// <inheritdoc/>
    public void Commit()
    {
        _assembler.Commit();
        Publish();
    }

    /// <inheritdoc/>
    public void Rollback()
    {
        _assembler.Rollback();
        Publish();
    }

    /// <inheritdoc/>
    public void Close(int partition)
    {
        _assembler.Close(partition);
        _followed.Close(partition);
        Volatile.Write(ref _figures, [.. _figures.Where(figures => figures.Partition != partition)]);
    }

    /// <inheritdoc/>
    public void Remember(RecordBatch batch, int index, in ActivityContext context)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _followed.Remember(batch.Partition, batch[index], context);
    }

    /// <inheritdoc/>
    public int Find(RecordBatch input, in OutputRecord output, Span<ActivityContext> into)
    {
        ArgumentNullException.ThrowIfNull(input);
        return output.Topic == VectorsOutput ? _followed.Find(input.Partition, output.Record.Key, output.Record.Value, into) : 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _shown.Dispose();

    // Only between transactions are the counters what was committed.
    private void Publish()
    {
        if (_due)
        {
            _due = false;
            Volatile.Write(ref _figures, [.. _assembler.Partitions.Select(partition => new PartitionFigures(
                partition, _assembler.Counters(partition), _assembler.OtherCounters(partition), _assembler.LogTime(partition), _assembler.StateBytes(partition)))]);
        }
    }
}

/// <summary>What a partition had committed.</summary>
internal sealed record PartitionFigures(
    int Partition, IReadOnlyList<(FeatureSetDefinition Set, AssemblyCounters Counters)> Sets, PartitionCounters Other, long? LogTime, long StateBytes);
