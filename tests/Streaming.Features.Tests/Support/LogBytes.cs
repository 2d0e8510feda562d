using System.Text;
using Streaming.Avro;
using Streaming.Contracts;

namespace Streaming.Features.Tests.Support;

/// <summary>Entries as the bytes of records of <c>sensor.readings</c>.</summary>
internal static class LogBytes
{
    public const int SchemaId = 7;

    public static (byte[]? Key, byte[] Value) Of(Entry entry)
    {
        var buffer = new AvroBuffer();
        ConfluentFraming.Write(buffer, SchemaId);
        var writer = new AvroWriter(buffer);
        switch (entry)
        {
            case Sensed sensed:
                SensorLog.WriteBranch(ref writer, SensorLogBranch.IngestedReading);
                IngestedReading.EncodeFields(ref writer, sensed.Ingest, sensed.Source, 0, sensed.Copy, BodyOf(sensed));
                return (Encoding.UTF8.GetBytes(sensed.Entity), buffer.WrittenSpan.ToArray());
            case Ticked ticked:
                SensorLog.Encode(ref writer, new SensorLog(new Tick
                {
                    SourcePartitions = ticked.Sources,
                    Passed = [.. ticked.Passed.Select(passed => new PassedUntil { Partition = passed.Source, IngestTime = passed.Until })],
                }));
                return (null, buffer.WrittenSpan.ToArray());
            case Attributed attributed:
                SensorLog.Encode(ref writer, new SensorLog(new EntityAttributes
                {
                    EntityId = attributed.Entity,
                    ValidFrom = attributed.From,
                    Scope = attributed.OfGroup ? Scope.Group : Scope.Entity,
                    GroupId = attributed.Group,
                    IngestTime = attributed.Ingest,
                    Copy = attributed.Copy,
                    SourcePartition = 0,
                    Attributes = attributed.Values,
                }));
                return (Encoding.UTF8.GetBytes(attributed.Entity), buffer.WrittenSpan.ToArray());
            case Said said:
                SensorLog.Encode(ref writer, new SensorLog(new GroupFeatures
                {
                    GroupId = said.Group,
                    MemberId = said.Member,
                    FeatureSet = "any",
                    FeatureSetVersion = 1,
                    FeatureSetHash = said.Hash,
                    BucketStart = said.Start,
                    BucketEnd = said.Start + 1,
                    Revision = said.Revision,
                    Features = said.Values.ToDictionary(value => value.Name, value => value.Value),
                    IngestTime = said.Ingest,
                }));
                return (Encoding.UTF8.GetBytes(said.Group), buffer.WrittenSpan.ToArray());
            default:
                throw new ArgumentException($"no bytes for {entry}");
        }
    }

    /// <summary>The reading's own bytes, its maps in the order given.</summary>
    public static byte[] BodyOf(Sensed sensed)
    {
        var metrics = new AvroBuffer();
        var writer = new AvroWriter(metrics);
        writer.WriteBlock(sensed.Metrics.Length);
        foreach (var (name, value) in sensed.Metrics)
        {
            writer.WriteString(name);
            writer.WriteDouble(value);
        }

        writer.WriteEnd();
        var tags = new AvroBuffer();
        writer = new AvroWriter(tags);
        writer.WriteBlock(sensed.Tags.Length);
        foreach (var (name, value) in sensed.Tags)
        {
            writer.WriteString(name);
            writer.WriteString(value);
        }

        writer.WriteEnd();
        var body = new AvroBuffer();
        writer = new AvroWriter(body);
        SensorReading.EncodeFields(
            ref writer, Encoding.UTF8.GetBytes(sensed.Entity), sensed.Time, metrics.WrittenSpan, sensed.Group ? Scope.Group : Scope.Entity,
            sensed.Device is not null, Encoding.UTF8.GetBytes(sensed.Device ?? ""), sensed.Sequence, tags.WrittenSpan);
        return body.WrittenSpan.ToArray();
    }
}
