using System.Text;
using Streaming.Avro;
using Streaming.Contracts;

namespace Streaming.Benchmarks.Avro;

/// <summary>What is read and written: a reading of five metrics, and a vector of 25 features.</summary>
internal static class Samples
{
    private const long Time = 1_700_000_000_000;

    public static readonly SensorReading Reading = new()
    {
        EntityId = "cow-0042",
        EventTime = Time,
        Metrics = new Dictionary<string, double> { ["temperature"] = 38.5, ["activity"] = 12, ["ph"] = 6.25, ["rumination"] = 44, ["humidity"] = 61 },
        DeviceId = "bolus-17",
        Sequence = 4711,
    };

    public static readonly byte[] Hash = Encoding.ASCII.GetBytes(new string('a', 64));

    public static readonly FeatureVector Vector = new()
    {
        EntityId = "cow-0042",
        BucketStart = Time,
        BucketEnd = Time + 600_000,
        FeatureSet = "herd",
        FeatureSetVersion = 1,
        FeatureSetHash = Encoding.ASCII.GetString(Hash),
        Revision = 0,
        Features = [.. Enumerable.Range(0, 25).Select(i => i * 1.5)],
        Missing = [3, 17],
        ReadingCount = 60,
        LateCount = 0,
        Completeness = 0.92,
        CloseReason = CloseReason.Watermark,
        InputPartition = 1,
        FirstOffset = 1_000_000,
        LastOffset = 1_000_060,
    };

    public static readonly AvroSchema WriterWithOtherFields = AvroSchema.Parse("""
        {"type":"record","name":"SensorReading","namespace":"streaming","fields":[
          {"name":"entity_id","type":"string"},{"name":"firmware","type":"string"},{"name":"event_time","type":"long"},
          {"name":"metrics","type":{"type":"map","values":"double"}},{"name":"sequence","type":["null","long"]}]}
        """);

    public static readonly AvroSchema WriterInOtherOrder = AvroSchema.Parse("""
        {"type":"record","name":"SensorReading","namespace":"streaming","fields":[
          {"name":"metrics","type":{"type":"map","values":"float"}},{"name":"sequence","type":"int"},
          {"name":"event_time","type":"long"},{"name":"entity_id","type":"string"}]}
        """);

    public static readonly byte[] BodyWithOtherFields = Written(buffer =>
    {
        var body = new AvroWriter(buffer);
        body.WriteString(Reading.EntityId);
        body.WriteString("1.2.3");
        body.WriteLong(Time);
        WriteMetrics(body, asFloats: false);
        body.WriteBranch(1);
        body.WriteLong(4711);
    });

    public static readonly byte[] BodyInOtherOrder = Written(buffer =>
    {
        var body = new AvroWriter(buffer);
        WriteMetrics(body, asFloats: true);
        body.WriteInt(4711);
        body.WriteLong(Time);
        body.WriteString(Reading.EntityId);
    });

    private static void WriteMetrics(AvroWriter body, bool asFloats)
    {
        body.WriteBlock(Reading.Metrics.Count);
        foreach (var (name, value) in Reading.Metrics)
        {
            body.WriteString(name);
            if (asFloats)
            {
                body.WriteFloat((float)value);
            }
            else
            {
                body.WriteDouble(value);
            }
        }

        body.WriteEnd();
    }

    private static byte[] Written(Action<AvroBuffer> write)
    {
        var buffer = new AvroBuffer();
        write(buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
