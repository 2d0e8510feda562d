using System.Text;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Features.Assembly;
using Streaming.Features.Definitions;
using Streaming.Pipes;

namespace Streaming.Features.Replay;

/// <summary>The core of live work as replays use it: each call holds at once, and of what leaves the chosen vectors are kept.</summary>
internal sealed class ReplayFilter
{
    private readonly FeatureAssembler _assembler;
    private readonly VectorChoice _choice;

    public ReplayFilter(IReadOnlyList<FeatureSetDefinition> sets, VectorChoice choice, int partitions, int schemaId)
    {
        ArgumentNullException.ThrowIfNull(choice);
        _choice = choice;
        _assembler = new FeatureAssembler(sets);
        _assembler.Start(new FilterTopics(
            [.. ChainStages.FeatureAssembly.Inputs.Select(topic => new TopicShape(topic.Name, partitions, 0))],
            [.. ChainStages.FeatureAssembly.Outputs.Select((topic, position) => new TopicShape(topic.Name, partitions, position == AssemblyOutput.Vectors ? schemaId : 0))]));
    }

    public void Open(int partition) => _assembler.Open(partition);

    public IReadOnlyList<(FeatureSetDefinition Set, AssemblyCounters Counters)> Counters(int partition) => _assembler.Counters(partition);

    /// <summary>Says what the log said before an offset, where a replay begins there.</summary>
    public void Begin(int partition, long offset, IEnumerable<EntityAttributes> attributes, int sourcePartitions)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        var batch = new RecordBatch();
        batch.Start(0, partition);
        Add(batch, offset, null, new SensorLog(new Tick { SourcePartitions = sourcePartitions, Passed = [] }));
        foreach (var said in attributes)
        {
            Add(batch, offset, Encoding.UTF8.GetBytes(said.EntityId), new SensorLog(said));
        }

        _assembler.Replay(batch);
    }

    /// <summary>Everything that the records taken last gave, whether chosen or not. Valid until the next ones.</summary>
    public OutputBatch Output { get; } = new();

    /// <summary>Takes records.</summary>
    /// <param name="batch">The records.</param>
    /// <param name="cause">The cause that the vectors are to have; null for the offsets of the records that made them leave.</param>
    /// <param name="vectors">The chosen vectors are added to it.</param>
    public void Take(RecordBatch batch, long? cause, List<ReplayedVector> vectors)
    {
        ArgumentNullException.ThrowIfNull(batch);
        Output.Clear();
        _assembler.Process(batch, Output);
        _assembler.Commit();
        for (var i = 0; i < Output.Count; i++)
        {
            var record = Output[i].Record;
            if (Output[i].Topic == AssemblyOutput.Vectors && IsChosen(record.Value))
            {
                vectors.Add(new ReplayedVector(cause ?? batch[Output[i].Source].Offset, record.Key.ToArray(), record.Value.ToArray()));
            }
        }
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
