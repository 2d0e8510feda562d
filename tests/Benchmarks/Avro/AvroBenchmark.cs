using Streaming.Avro;
using Streaming.Contracts;

namespace Streaming.Benchmarks.Avro;

/// <summary>A reading of five metrics: read in place, as an object, written, and from writers with other schemas.</summary>
internal static class AvroBenchmark
{
    // What the resolution promises: another writer's schema costs at most this many times the path without.
    private const double MostForResolution = 5;

    private static readonly AvroLimits Limits = AvroLimits.Default;
    private static readonly AvroBuffer Buffer = new();
    private static readonly AvroBuffer Scratch = new();

    public static bool Run()
    {
        var measurement = new Measurement("codec");
        var reading = Samples.Reading;
        var body = AvroCodec.ToBody(reading);
        var log = AvroCodec.ToBody(new SensorLog(new IngestedReading { IngestTime = reading.EventTime + 500, SourcePartition = 3, SourceOffset = 4711, Reading = reading }));
        var sum = (long)reading.Metrics.Values.Sum();

        measurement.Add("view", reading.EventTime, () => View(body));
        measurement.Add("view, going through its metrics", sum, () => Sum(body));
        measurement.Add("view of a reading in the log", reading.EventTime, () => LogView(log));
        measurement.Add("object", reading.EventTime, () => Object(body));
        measurement.Add("write an object", body.Length, () => WriteObject(reading));
        measurement.Add("write into the log from the reading's bytes, framed", log.Length + ConfluentFraming.HeaderLength, () => WriteLog(reading, body));
        AddVector(measurement);
        AddWriters(measurement, reading);

        var best = measurement.Run();
        var worst = Math.Max(
            Math.Max(Nanoseconds("view, fields added and removed"), Nanoseconds("view, fields reordered and promoted")) / Nanoseconds("view"),
            Math.Max(Nanoseconds("object, fields added and removed"), Nanoseconds("object, fields reordered and promoted")) / Nanoseconds("object"));
        Console.WriteLine($"another writer's schema costs at most {worst:F1} times the path without (bound: {MostForResolution})");
        return worst <= MostForResolution;

        double Nanoseconds(string way) => best[way].Nanoseconds;
    }

    private static void AddVector(Measurement measurement)
    {
        var vector = Samples.Vector;
        var body = AvroCodec.ToBody(vector);
        measurement.Add("view of a vector of 25 features", vector.BucketStart, () =>
        {
            FeatureVectorView.TryRead(body, Limits, out var view);
            return view.BucketStart;
        });
        measurement.Add("write a vector of 25 features", body.Length, () =>
        {
            Buffer.Reset();
            var writer = new AvroWriter(Buffer);
            FeatureVector.EncodeFields(
                ref writer, "cow-0042"u8, vector.BucketStart, vector.BucketEnd, "herd"u8, vector.FeatureSetVersion, Samples.Hash, vector.Revision,
                vector.Features, vector.Missing, vector.ReadingCount, vector.LateCount, vector.Completeness, vector.CloseReason, vector.InputPartition,
                vector.FirstOffset, vector.LastOffset);
            return Buffer.Length;
        });
    }

    private static void AddWriters(Measurement measurement, SensorReading reading)
    {
        foreach (var (name, schema, body) in new[]
        {
            ("fields added and removed", Samples.WriterWithOtherFields, Samples.BodyWithOtherFields),
            ("fields reordered and promoted", Samples.WriterInOtherOrder, Samples.BodyInOtherOrder),
        })
        {
            if (!ResolutionPlan.TryCreate(schema, SensorReading.Schema, out var plan, out var error))
            {
                throw new InvalidOperationException(error);
            }

            measurement.Add($"view, {name}", reading.EventTime, () => View(Resolved(plan!, body)));
            measurement.Add($"object, {name}", reading.EventTime, () => Object(Resolved(plan!, body)));
        }
    }

    private static ReadOnlySpan<byte> Resolved(ResolutionPlan plan, byte[] body)
    {
        plan.Resolve(body, Scratch, Limits, out var resolved);
        return resolved;
    }

    private static long View(ReadOnlySpan<byte> body) =>
        SensorReadingView.TryRead(body, Limits, out var view) == AvroStatus.Ok ? view.EventTime : 0;

    private static long Sum(byte[] body)
    {
        SensorReadingView.TryRead(body, Limits, out var view);
        var sum = 0.0;
        foreach (var (_, value) in view.Metrics)
        {
            sum += value;
        }

        return (long)sum;
    }

    private static long LogView(byte[] body)
    {
        var reader = new AvroReader(body, Limits);
        SensorLog.TryReadBranch(ref reader, out _);
        IngestedReadingView.TryRead(ref reader, out var view);
        return reader.End() == AvroStatus.Ok ? view.Reading.EventTime : 0;
    }

    private static long Object(ReadOnlySpan<byte> body) =>
        AvroCodec.TryDecode<SensorReading>(body, Limits, out var reading) == AvroStatus.Ok ? reading!.EventTime : 0;

    private static long WriteObject(SensorReading reading)
    {
        Buffer.Reset();
        AvroCodec.Append(Buffer, reading);
        return Buffer.Length;
    }

    private static long WriteLog(SensorReading reading, byte[] body)
    {
        Buffer.Reset();
        var writer = new AvroWriter(Buffer);
        ConfluentFraming.Write(ref writer, 7);
        SensorLog.WriteBranch(ref writer, SensorLogBranch.IngestedReading);
        IngestedReading.EncodeFields(ref writer, reading.EventTime + 500, 3, 4711, copy: false, body);
        return Buffer.Length;
    }
}
