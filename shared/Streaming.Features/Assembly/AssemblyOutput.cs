using System.Buffers.Text;
using System.Text;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Pipes;

namespace Streaming.Features.Assembly;

/// <summary>Writes what assembly gives. Where it has no batch to write to, it only computes, as a replay does.</summary>
internal sealed class AssemblyOutput(IReadOnlyList<TopicShape> topics)
{
    /// <summary>Position of <c>feature.vectors</c> among the outputs.</summary>
    public const int Vectors = 0;

    /// <summary>Position of <c>sensor.late</c>.</summary>
    public const int Late = 1;

    /// <summary>Position of <c>feature.sets</c>.</summary>
    public const int Sets = 2;

    /// <summary>Position of <c>group.features</c>; a run that goes elsewhere does without it.</summary>
    public const int Members = 3;

    private readonly AvroBuffer _buffer = new(4096);
    private readonly AvroBuffer _map = new();
    private byte[] _headers = new byte[256];

    /// <summary>Where records go; null where they go nowhere.</summary>
    public OutputBatch? Target { get; set; }

    /// <summary>Writes the vector of a bucket.</summary>
    /// <returns>A hash of its bytes that is the same in every process.</returns>
    public ulong WriteVector(FeatureSetPlan set, int partition, ReadOnlySpan<byte> entityId, in Bucket bucket, VectorComputer vector, CloseReason reason)
    {
        var completeness = set.Definition.ExpectedReadings is { } expected
            ? Math.Min(1, bucket.Readings / expected)
            : (double)vector.Present / set.Definition.Features.Count;
        var writer = Begin(Vectors);
        FeatureVector.EncodeFields(
            ref writer, entityId, bucket.Start, bucket.Start + set.Definition.Bucket, set.Name, set.Definition.Version, set.HashText, bucket.Revision, vector.Values, vector.Missing,
            bucket.Readings, bucket.Late, completeness, reason, partition, bucket.FirstOffset, bucket.LastOffset);
        Target?.Add(Vectors, OutputBatch.ByKey, entityId, _buffer.WrittenSpan);
        return Hash.Stable(_buffer.WrittenSpan[ConfluentFraming.HeaderLength..]);
    }

    /// <summary>Writes a reading that came too late, with how late and for which bucket in its headers, as decimal numbers.</summary>
    public void WriteLate(FeatureSetPlan set, scoped in Reading reading, long bucketStart, long watermark)
    {
        if (Target is null)
        {
            return;
        }

        var writer = Begin(Late);
        writer.WriteRaw(reading.Body);
        var length = AppendHeader(0, "lateness_ms"u8, Math.Max(0, watermark - reading.EventTime));
        length = AppendHeader(length, "bucket_start"u8, bucketStart);
        length = AppendHeader(length, "bucket_end"u8, bucketStart + set.Definition.Bucket);
        length = AppendHeader(length, "feature_set"u8, set.Id);
        Target.Add(Late, OutputBatch.ByKey, reading.EntityId, _buffer.WrittenSpan, new RecordHeaders(_headers.AsSpan(0, length)));
    }

    /// <summary>Writes what an entity says to the other members of its group.</summary>
    public void WriteMember(FeatureSetPlan set, string group, ReadOnlySpan<byte> entityId, in Bucket bucket, ReadOnlySpan<double> features)
    {
        if (Target is null || topics.Count <= Members)
        {
            return;
        }

        _map.Reset();
        var map = new AvroWriter(_map);
        foreach (var (place, feature) in set.Vector.Shared.Index())
        {
            if (!double.IsNaN(features[feature]))
            {
                map.WriteBlock(1);
                map.WriteBytes(set.Vector.SharedNames[place]);
                map.WriteDouble(features[feature]);
            }
        }

        map.WriteEnd();
        var key = Encoding.UTF8.GetBytes(group);
        var writer = Begin(Members);
        GroupFeatures.EncodeFields(
            ref writer, key, entityId, set.Name, set.Definition.Version, set.HashText, bucket.Start, bucket.Start + set.Definition.Bucket, bucket.Revision, _map.WrittenSpan,
            ingestTime: null, sourcePartition: -1, sourceOffset: -1);
        Target.Add(Members, OutputBatch.ByKey, key, _buffer.WrittenSpan);
    }

    /// <summary>Says what a feature set's values are.</summary>
    public void WriteSet(FeatureSetPlan set)
    {
        var writer = Begin(Sets);
        FeatureSet.Encode(ref writer, set.Definition.ToRecord());
        Target?.Add(Sets, OutputBatch.ByKey, set.Id, _buffer.WrittenSpan);
    }

    private AvroWriter Begin(int topic)
    {
        _buffer.Reset();
        var writer = new AvroWriter(_buffer);
        ConfluentFraming.Write(ref writer, topics[topic].SchemaId);
        return writer;
    }

    private int AppendHeader(int at, ReadOnlySpan<byte> name, long value)
    {
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, text, out var length);
        return AppendHeader(at, name, text[..length]);
    }

    private int AppendHeader(int at, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var needed = at + RecordHeaders.PackedLength(name.Length, value.Length);
        if (_headers.Length < needed)
        {
            Array.Resize(ref _headers, needed * 2);
        }

        return at + RecordHeaders.Append(_headers.AsSpan(at), name, value);
    }
}
