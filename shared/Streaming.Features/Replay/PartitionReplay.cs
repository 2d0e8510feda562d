using System.Text;
using Streaming.Avro;
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
    private const int Vectors = 0;

    private readonly FeatureAssembler _assembler;
    private readonly VectorChoice _choice;
    private readonly OutputBatch _output = new();
    private readonly int _partition;

    /// <summary>A replay that stands before its first record.</summary>
    /// <param name="sets">The feature sets.</param>
    /// <param name="choice">The vectors to give.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="partitions">How many partitions the topics of an entity have.</param>
    /// <param name="schemaId">The id that vectors are framed with.</param>
    public PartitionReplay(IReadOnlyList<FeatureSetDefinition> sets, VectorChoice choice, int partition, int partitions, int schemaId)
    {
        ArgumentNullException.ThrowIfNull(choice);
        _choice = choice;
        _partition = partition;
        _assembler = new FeatureAssembler(sets);
        _assembler.Start(new FilterTopics(
            [.. ChainStages.FeatureAssembly.Inputs.Select(topic => new TopicShape(topic.Name, partitions, 0))],
            [.. ChainStages.FeatureAssembly.Outputs.Select((topic, position) => new TopicShape(topic.Name, partitions, position == Vectors ? schemaId : 0))]));
        _assembler.Open(partition);
    }

    /// <summary>What became of the readings, for each feature set.</summary>
    public IReadOnlyList<(FeatureSetDefinition Set, AssemblyCounters Counters)> Counters => _assembler.Counters(_partition);

    /// <summary>
    /// Says what the log said before the place where the replay begins, where that is not the log's start: what is kept for ever of entities and groups, and how many source
    /// partitions there are. Only before the first record.
    /// </summary>
    /// <param name="offset">Where the replay begins.</param>
    /// <param name="attributes">Everything that was said until then of groups and of the partition's own entities, in order, each with its ingest time.</param>
    /// <param name="sourcePartitions">How many partitions <c>sensor.raw</c> has.</param>
    public void Begin(long offset, IEnumerable<EntityAttributes> attributes, int sourcePartitions)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var batch = new RecordBatch();
        batch.Start(0, _partition);
        Add(batch, offset, null, new SensorLog(new Tick { SourcePartitions = sourcePartitions, Passed = [] }));
        foreach (var said in attributes)
        {
            Add(batch, offset, Encoding.UTF8.GetBytes(said.EntityId), new SensorLog(said));
        }

        _assembler.Replay(batch);
    }

    /// <summary>Takes the next records.</summary>
    /// <returns>The chosen vectors that they made leave, in order.</returns>
    public IReadOnlyList<ReplayedVector> Take(RecordBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        _output.Clear();
        _assembler.Process(batch, _output);
        _assembler.Commit();
        var chosen = new List<ReplayedVector>();
        for (var i = 0; i < _output.Count; i++)
        {
            if (_output[i].Topic == Vectors && IsChosen(_output[i].Record.Value))
            {
                chosen.Add(new ReplayedVector(batch[_output[i].Source].Offset, _output[i].Record.Key.ToArray(), _output[i].Record.Value.ToArray()));
            }
        }

        return chosen;
    }

    private bool IsChosen(ReadOnlySpan<byte> value)
    {
        var reader = new AvroReader(value[ConfluentFraming.HeaderLength..], AvroLimits.Trusted);
        FeatureVectorView.TryRead(ref reader, out var vector);
        return _choice.Takes(vector);
    }

    private static void Add(RecordBatch batch, long offset, byte[]? key, SensorLog value) =>
        batch.Add(offset, -1, key, key is not null, AvroCodec.ToFramed(value, 0), hasValue: true);
}

/// <summary>A vector that a replay gave.</summary>
/// <param name="Cause">Offset of the record of <c>sensor.readings</c> that made it leave.</param>
/// <param name="Key">The entity, UTF-8.</param>
/// <param name="Value">The record's value as live work writes it, framed.</param>
public readonly record struct ReplayedVector(long Cause, byte[] Key, byte[] Value)
{
    /// <summary>Reads it.</summary>
    public FeatureVector Read() => AvroCodec.TryDecode<FeatureVector>(Value.AsSpan(ConfluentFraming.HeaderLength), AvroLimits.Trusted, out var vector) == AvroStatus.Ok
        ? vector!
        : throw new InvalidDataException("A vector that was just made cannot be read: writer and reader are of different schemas.");
}
