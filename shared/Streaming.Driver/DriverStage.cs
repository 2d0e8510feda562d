using System.Text;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Driver;

/// <summary>A stage's filter between topics in memory. Each record is a transaction that holds: how records are cut into batches changes nothing that comes out.</summary>
internal sealed class DriverStage
{
    private readonly ChainStage _stage;
    private readonly IFilter _filter;
    private readonly RecordBatch _batch = new();
    private readonly OutputBatch _output = new();

    public DriverStage(ChainStage stage, IFilter filter, Func<Topic, DriverTopic> topics)
    {
        _stage = stage;
        _filter = filter;
        _filter.Start(new FilterTopics([.. stage.Inputs.Select(topic => ShapeOf(topics(topic), 0))], [.. stage.Outputs.Select(topic => ShapeOf(topics(topic), topics(topic).SchemaId))]));
        for (var partition = 0; partition < topics(stage.Inputs[0]).Partitions && filter is IStatefulFilter stateful; partition++)
        {
            stateful.Open(partition);
        }
    }

    public bool Reads(Topic topic) => _stage.Inputs.Contains(topic);

    /// <summary>Takes a record.</summary>
    /// <param name="topic">Where it comes from.</param>
    /// <param name="record">The record.</param>
    /// <param name="give">Takes what comes of it: topic, partition or <see cref="OutputBatch.ByKey"/>, record without place and time.</param>
    /// <param name="refuse">Takes it where it is refused.</param>
    public void Take(Topic topic, DriverRecord record, Action<Topic, int, DriverRecord> give, Action<RefusedRecord> refuse)
    {
        _batch.Start(_stage.Inputs.Index().First(input => input.Item == topic).Index, record.Partition);
        _batch.Add(record.Offset, record.Appended, record.Key, record.Key is not null, record.Value, record.Value is not null, new RecordHeaders(Packed(record.Headers)));
        _output.Clear();
        _filter.Process(_batch, _output);
        Finish(record.Partition, record.Offset + 1, give);
        foreach (var refusal in _output.Refusals)
        {
            refuse(new RefusedRecord(_stage.Service, topic, record, refusal.Reason, refusal.Detail, refusal.EntityId));
        }
    }

    /// <summary>Tells the time.</summary>
    public void OnTime(long now, Func<Topic, DriverTopic> topics, Action<Topic, int, DriverRecord> give)
    {
        var positions = _stage.Inputs.SelectMany((topic, index) => Enumerable.Range(0, topics(topic).Partitions).Select(partition => new OwnedPosition(index, partition, topics(topic).NextOffset(partition), -1, AtEnd: true))).ToArray();
        _output.Clear();
        _filter.OnTime(new TimeCall(now, positions), _output);
        Finish(partition: null, 0, give);
    }

    private void Finish(int? partition, long nextOffset, Action<Topic, int, DriverRecord> give)
    {
        for (var i = 0; i < _output.Count; i++)
        {
            var output = _output[i];
            give(_stage.Outputs[output.Topic], output.Partition, new DriverRecord(
                -1, -1, -1, output.Record.HasKey ? output.Record.Key.ToArray() : null, output.Record.HasValue ? output.Record.Value.ToArray() : null, HeadersOf(output.Record.Headers)));
        }

        if (_filter is IStatefulFilter stateful)
        {
            if (partition is { } changed && stateful.CheckpointDue(changed))
            {
                stateful.Checkpoint(changed, nextOffset, new Nowhere());
            }

            stateful.Commit();
        }
    }

    private static TopicShape ShapeOf(DriverTopic topic, int schemaId) => new(topic.Topic.Name, topic.Partitions, schemaId);

    private static Dictionary<string, string> HeadersOf(RecordHeaders headers)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var header in headers)
        {
            found[Encoding.UTF8.GetString(header.Name)] = Encoding.UTF8.GetString(header.Value);
        }

        return found;
    }

    private static byte[] Packed(IReadOnlyDictionary<string, string> headers)
    {
        var parts = headers.Select(header => (Name: Encoding.UTF8.GetBytes(header.Key), Value: Encoding.UTF8.GetBytes(header.Value))).ToList();
        var packed = new byte[parts.Sum(part => RecordHeaders.PackedLength(part.Name.Length, part.Value.Length))];
        var at = 0;
        foreach (var (name, value) in parts)
        {
            at += RecordHeaders.Append(packed.AsSpan(at), name, value);
        }

        return packed;
    }

    /// <summary>Nothing is ever begun again, so nothing is kept.</summary>
    private sealed class Nowhere : ICheckpointWriter
    {
        public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> blob)
        {
        }

        public void Remove(ReadOnlySpan<byte> key)
        {
        }
    }
}
