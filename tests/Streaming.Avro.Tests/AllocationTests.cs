using Streaming.Contracts;

namespace Streaming.Avro.Tests;

/// <summary>What the hot path may allocate: nothing.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 1000;

    private static readonly byte[] Reading = AvroCodec.ToBody(new SensorReading
    {
        EntityId = "cow-0042",
        EventTime = 1_700_000_000_000,
        Metrics = new Dictionary<string, double> { ["temperature"] = 38.5, ["activity"] = 12, ["ph"] = 6.1, ["rumination"] = 44, ["humidity"] = 61 },
        DeviceId = "bolus-17",
        Sequence = 4711,
    });

    [Fact]
    public void Reading_a_view_and_its_entries() => AssertNothing(() =>
    {
        Assert.True(SensorReadingView.TryRead(Reading, AvroLimits.Default, out var view) == AvroStatus.Ok);
        var sum = 0.0;
        foreach (var (_, value) in view.Metrics)
        {
            sum += value;
        }

        return sum;
    });

    [Fact]
    public void Writing_from_fields()
    {
        var buffer = new AvroBuffer();
        double[] features = [1, 2, 3];
        int[] missing = [1];
        AssertNothing(() =>
        {
            buffer.Reset();
            var writer = new AvroWriter(buffer);
            ConfluentFraming.Write(ref writer, 7);
            FeatureVector.EncodeFields(
                ref writer, "cow-0042"u8, 0, 600_000, "herd"u8, 1, "0123"u8, 0, features, missing, 60, 0, 1, CloseReason.Watermark, 3, 100, 160);
            SensorLog.WriteBranch(ref writer, SensorLogBranch.IngestedReading);
            IngestedReading.EncodeFields(ref writer, 5, 1, 2, false, Reading);
            return buffer.Length;
        });
    }

    [Fact]
    public void Writing_an_object()
    {
        Assert.Equal(AvroStatus.Ok, AvroCodec.TryDecode<SensorReading>(Reading, AvroLimits.Default, out var reading));
        var buffer = new AvroBuffer();
        AssertNothing(() =>
        {
            buffer.Reset();
            AvroCodec.Append(buffer, reading!);
            return buffer.Length;
        });
    }

    [Fact]
    public void Resolving_another_writers_bytes()
    {
        var writer = AvroSchema.Parse("""
            {"type":"record","name":"SensorReading","fields":[{"name":"extra","type":"string"},{"name":"metrics","type":{"type":"map","values":"float"}},
             {"name":"event_time","type":"long"},{"name":"entity_id","type":"string"}]}
            """);
        Assert.True(ResolutionPlan.TryCreate(writer, SensorReading.Schema, out var plan, out _));
        var body = new RandomValues(seed: 1).Body(writer);
        var buffer = new AvroBuffer();
        AssertNothing(() =>
        {
            Assert.True(plan!.Resolve(body, buffer, AvroLimits.Default, out var resolved) == AvroStatus.Ok);
            Assert.True(SensorReadingView.TryRead(resolved, AvroLimits.Default, out var view) == AvroStatus.Ok);
            return view.EventTime;
        });
    }

    private static void AssertNothing<T>(Func<T> action)
    {
        // The first rounds compile and grow what is kept.
        for (var i = 0; i < Rounds; i++)
        {
            action();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++)
        {
            action();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
