using Streaming.Avro;
using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>Puts a filter's pieces, and the progress record, into a batch for the state topic.</summary>
internal sealed class CheckpointWriter(OutputBatch into, int outputTopic, int schemaId, int partitionCount, string writer) : ICheckpointWriter
{
    private readonly AvroBuffer _key = new();
    private readonly AvroBuffer _value = new(4096);
    private int _partition;
    private long _offset;

    /// <summary>Says of which partition the next pieces are, and where they stand.</summary>
    public void Begin(int partition, long offset)
    {
        _partition = partition;
        _offset = offset;
    }

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> blob)
    {
        _value.Reset();
        StateCodec.WritePiece(_value, schemaId, _offset, blob);
        into.Add(outputTopic, _partition, Key(key), _value.WrittenSpan);
    }

    public void Remove(ReadOnlySpan<byte> key) => into.Add(outputTopic, _partition, Key(key), hasKey: true, default, hasValue: false);

    /// <summary>Adds a partition's progress record.</summary>
    public void PutProgress(int partition, long nextOffset, long checkpointOffset, bool released, ReadOnlySpan<byte> counters)
    {
        _value.Reset();
        StateCodec.WriteProgress(_value, schemaId, nextOffset, checkpointOffset, partitionCount, writer, released, counters);
        into.Add(outputTopic, partition, StateCodec.ProgressKey, _value.WrittenSpan);
    }

    private ReadOnlySpan<byte> Key(ReadOnlySpan<byte> key)
    {
        _key.Reset();
        StateCodec.WritePieceKey(_key, key);
        return _key.WrittenSpan;
    }
}
