using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Ingest;

/// <summary>Writes <c>sensor.readings</c>: what a partition's entities need to know, in that partition.</summary>
internal sealed class SensorLogOutput(TopicShape topic)
{
    private const int OutputIndex = 0;

    private readonly AvroBuffer _buffer = new(4096);

    /// <summary>Passes a reading on; one of a group to every partition, as a copy where it is not at home.</summary>
    public void Add(OutputBatch output, scoped in SensorReadingView reading, long ingestTime, int sourcePartition, long sourceOffset)
    {
        WriteReading(reading, ingestTime, sourcePartition, sourceOffset, copy: false);
        output.Add(OutputIndex, OutputBatch.ByKey, reading.EntityId, _buffer.WrittenSpan);
        if (reading.Scope == Scope.Group)
        {
            WriteReading(reading, ingestTime, sourcePartition, sourceOffset, copy: true);
            AddCopies(output, reading.EntityId);
        }
    }

    /// <summary>Passes attributes on; those of a group to every partition, as copies where they are not at home.</summary>
    public void Add(OutputBatch output, scoped in EntityAttributesView attributes, long ingestTime, int sourcePartition, long sourceOffset)
    {
        WriteAttributes(attributes, ingestTime, sourcePartition, sourceOffset, copy: false);
        output.Add(OutputIndex, OutputBatch.ByKey, attributes.EntityId, _buffer.WrittenSpan);
        if (attributes.Scope == Scope.Group)
        {
            WriteAttributes(attributes, ingestTime, sourcePartition, sourceOffset, copy: true);
            AddCopies(output, attributes.EntityId);
        }
    }

    /// <summary>Passes on to every partition what a member of a group says of itself.</summary>
    public void Add(OutputBatch output, scoped in GroupFeaturesView member, long ingestTime, int sourcePartition, long sourceOffset)
    {
        var writer = Begin(SensorLogBranch.GroupFeatures);
        GroupFeatures.EncodeFields(
            ref writer, member.GroupId, member.MemberId, member.FeatureSet, member.FeatureSetVersion, member.FeatureSetHash, member.BucketStart, member.BucketEnd, member.Revision, member.Features.Encoded,
            ingestTime, sourcePartition, sourceOffset);
        for (var partition = 0; partition < topic.Partitions; partition++)
        {
            output.Add(OutputIndex, partition, member.GroupId, _buffer.WrittenSpan);
        }
    }

    /// <summary>Says in every partition how far the source partitions have been passed on.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="sourcePartitions">How many partitions <c>sensor.raw</c> has.</param>
    /// <param name="passed">The Avro array of those spoken for.</param>
    public void AddTicks(OutputBatch output, int sourcePartitions, ReadOnlySpan<byte> passed)
    {
        var writer = Begin(SensorLogBranch.Tick);
        Tick.EncodeFields(ref writer, sourcePartitions, passed);
        for (var partition = 0; partition < topic.Partitions; partition++)
        {
            output.Add(OutputIndex, partition, key: default, hasKey: false, _buffer.WrittenSpan, hasValue: true);
        }
    }

    private void AddCopies(OutputBatch output, ReadOnlySpan<byte> key)
    {
        var home = Murmur2.Partition(key, topic.Partitions);
        for (var partition = 0; partition < topic.Partitions; partition++)
        {
            if (partition != home)
            {
                output.Add(OutputIndex, partition, key, _buffer.WrittenSpan);
            }
        }
    }

    private void WriteReading(scoped in SensorReadingView reading, long ingestTime, int sourcePartition, long sourceOffset, bool copy)
    {
        var writer = Begin(SensorLogBranch.IngestedReading);
        IngestedReading.EncodeFields(ref writer, ingestTime, sourcePartition, sourceOffset, copy, reading.Encoded);
    }

    private void WriteAttributes(scoped in EntityAttributesView attributes, long ingestTime, int sourcePartition, long sourceOffset, bool copy)
    {
        var writer = Begin(SensorLogBranch.EntityAttributes);
        EntityAttributes.EncodeFields(
            ref writer, attributes.EntityId, attributes.ValidFrom, attributes.Scope, attributes.HasGroupId, attributes.GroupId, attributes.Attributes.Encoded, ingestTime, sourcePartition, sourceOffset, copy);
    }

    private AvroWriter Begin(SensorLogBranch branch)
    {
        _buffer.Reset();
        var writer = new AvroWriter(_buffer);
        ConfluentFraming.Write(ref writer, topic.SchemaId);
        SensorLog.WriteBranch(ref writer, branch);
        return writer;
    }
}
