using Streaming.Contracts;
using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Pipes;

namespace Streaming.Features.Replay;

/// <summary>
/// One partition of <c>sensor.readings</c> once more through the core of live work. Gives the chosen vectors, each with the record that made it leave: what comes of a record
/// depends on the log up to it, so that a replay that was cut off goes on by running again and leaving out what earlier records gave.
/// </summary>
public sealed class PartitionReplay
{
    private readonly ReplayFilter _filter;
    private readonly int _partition;

    /// <summary>A replay that stands before its first record.</summary>
    /// <param name="sets">The feature sets.</param>
    /// <param name="choice">The vectors to give.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="partitions">How many partitions the topics of an entity have.</param>
    /// <param name="schemaId">The id that vectors are framed with.</param>
    public PartitionReplay(IReadOnlyList<FeatureSetDefinition> sets, VectorChoice choice, int partition, int partitions, int schemaId)
    {
        _partition = partition;
        _filter = new ReplayFilter(sets, choice, partitions, schemaId);
        _filter.Open(partition);
    }

    /// <summary>What became of the readings, for each feature set.</summary>
    public IReadOnlyList<(FeatureSetDefinition Set, AssemblyCounters Counters)> Counters => _filter.Counters(_partition);

    /// <summary>
    /// Says what the log said before the place where the replay begins, where that is not the log's start: what is kept for ever of entities and groups, and how many source
    /// partitions there are. Only before the first record.
    /// </summary>
    /// <param name="offset">Where the replay begins.</param>
    /// <param name="attributes">Everything that was said until then of groups and of the partition's own entities, in order, each with its ingest time.</param>
    /// <param name="sourcePartitions">How many partitions <c>sensor.raw</c> has.</param>
    public void Begin(long offset, IEnumerable<EntityAttributes> attributes, int sourcePartitions) => _filter.Begin(_partition, offset, attributes, sourcePartitions);

    /// <summary>Takes the next records.</summary>
    /// <returns>The chosen vectors that they made leave, in order.</returns>
    public IReadOnlyList<ReplayedVector> Take(RecordBatch batch)
    {
        var chosen = new List<ReplayedVector>();
        _filter.Take(batch, cause: null, chosen);
        return chosen;
    }
}
