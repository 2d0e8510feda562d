using System.Buffers;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Pipes;

namespace Streaming.Features.Assembly;

/// <summary>
/// FeatureAssembly without its topics: readings in, feature vectors out. What it gives for a partition depends on that partition's records and on
/// the feature sets, and on nothing else; only what the sets are is said anew at each start.
/// </summary>
/// <remarks>
/// Input: <c>sensor.readings</c>. Outputs: <c>feature.vectors</c>, <c>sensor.late</c>, <c>feature.sets</c>, in this order. Headers of a late
/// reading: <c>lateness_ms</c> (how far its event time lies behind the entity's watermark), <c>bucket_start</c>, <c>bucket_end</c> (milliseconds since 1970, all
/// as decimal text) and <c>feature_set</c> (name and version).
/// </remarks>
public sealed class FeatureAssembler : IStatefulFilter
{
    private readonly FeatureSetPlan[] _plans;
    private readonly MetricNames _metrics = new();
    private readonly ReadingDecoder _decoder;
    private readonly Dictionary<int, PartitionState> _partitions = [];
    private readonly HashSet<PartitionState> _touched = [];
    private AssemblyOutput _output = new([]);
    private bool _setsSaid;
    private bool _sayingSets;

    /// <summary>A filter that is bound to nothing yet.</summary>
    /// <param name="featureSets">At least one; each name and version once.</param>
    /// <exception cref="ArgumentException">There is none, two are of one name and version, or one breaks a rule; every rule is named.</exception>
    public FeatureAssembler(IReadOnlyList<FeatureSetDefinition> featureSets)
    {
        ArgumentNullException.ThrowIfNull(featureSets);
        if (featureSets.Count == 0)
        {
            throw new ArgumentException("There is no feature set; give at least one.", nameof(featureSets));
        }

        if (featureSets.GroupBy(set => set.Id, StringComparer.Ordinal).FirstOrDefault(sets => sets.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Feature set {twice.Key} is given twice; give each once.", nameof(featureSets));
        }

        if (featureSets.SelectMany(set => set.Validate().Select(problem => $"Feature set {set.Id}: {problem}.")).ToList() is { Count: > 0 } problems)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, problems), nameof(featureSets));
        }

        var ordered = featureSets.OrderBy(set => (set.Name, set.Version), Comparer<(string, int)>.Create(FeatureSetDirectory.Compare));
        _plans = [.. ordered.Select(set => new FeatureSetPlan(set, _metrics))];
        _decoder = new ReadingDecoder(_metrics);
    }

    /// <summary>The partitions that are open.</summary>
    public IReadOnlyCollection<int> Partitions => _partitions.Keys;

    /// <inheritdoc/>
    public void Start(FilterTopics topics)
    {
        ArgumentNullException.ThrowIfNull(topics);
        _output = new AssemblyOutput(topics.Outputs);
    }

    /// <inheritdoc/>
    public void Open(int partition) => _partitions[partition] = new PartitionState(partition, _plans, _decoder, _output);

    /// <inheritdoc/>
    public void Close(int partition)
    {
        if (_partitions.Remove(partition, out var state))
        {
            _touched.Remove(state);
        }
    }

    /// <inheritdoc/>
    public void Load(int partition, ReadOnlySpan<byte> key, long offset, ReadOnlySpan<byte> blob) => Of(partition).Load(key, offset, blob);

    /// <inheritdoc/>
    public void Replay(RecordBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var state = Of(batch.Partition);
        state.GoBack();
        _output.Target = null;
        state.Take(batch, output: null);
        state.Commit();
    }

    /// <inheritdoc/>
    public void Process(RecordBatch batch, OutputBatch output)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(output);
        var state = Of(batch.Partition);
        _touched.Add(state);
        state.GoLive();
        _output.Target = output;
        state.Take(batch, output);
    }

    /// <inheritdoc/>
    /// <remarks>Says once in each start what the feature sets are.</remarks>
    public void OnTime(TimeCall now, OutputBatch output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (_setsSaid || _sayingSets)
        {
            return;
        }

        _sayingSets = true;
        _output.Target = output;
        foreach (var plan in _plans)
        {
            _output.WriteSet(plan);
        }
    }

    /// <inheritdoc/>
    public void WriteCounters(int partition, IBufferWriter<byte> into) => Of(partition).WriteCounters(into);

    /// <inheritdoc/>
    public void Checkpoint(int partition, long nextOffset, ICheckpointWriter into)
    {
        ArgumentNullException.ThrowIfNull(into);
        var state = Of(partition);
        _touched.Add(state);
        state.Checkpoint(into);
    }

    /// <inheritdoc/>
    public bool CheckpointDue(int partition) => Of(partition).CheckpointDue;

    /// <inheritdoc/>
    public void Commit()
    {
        foreach (var state in _touched)
        {
            state.Commit();
        }

        _touched.Clear();
        _setsSaid |= _sayingSets;
        _sayingSets = false;
    }

    /// <inheritdoc/>
    public void Rollback()
    {
        foreach (var state in _touched)
        {
            state.Rollback();
        }

        _touched.Clear();
        _sayingSets = false;
    }

    /// <summary>What became of a partition's readings, for each feature set by name and version.</summary>
    public IReadOnlyList<(FeatureSetDefinition Set, AssemblyCounters Counters)> Counters(int partition) =>
        [.. Of(partition).Sets.Select(set => (set.Plan.Definition, set.Counters))];

    /// <summary>What came into a partition beside readings to count.</summary>
    public PartitionCounters OtherCounters(int partition) => Of(partition).Counters;

    /// <summary>Up to which ingest time a partition knows that everything was passed on, in milliseconds since 1970; null where not every source partition has reported yet.</summary>
    public long? LogTime(int partition) => Of(partition).LogTime;

    /// <summary>Bytes of memory that a partition's state takes.</summary>
    public long StateBytes(int partition) => Of(partition).Bytes;

    private PartitionState Of(int partition) => _partitions.TryGetValue(partition, out var state)
        ? state
        : throw new InvalidOperationException($"Partition {partition} is not open.");
}
