using System.Text;
using Streaming.Contracts;

namespace Streaming.Avro.Tests;

public sealed class ViewTests
{
    [Fact]
    public void A_view_shows_what_the_class_holds()
    {
        foreach (var view in ViewCase.All)
        {
            var values = new RandomValues(seed: 3);
            for (var i = 0; i < 2000; i++)
            {
                var body = values.Body(view.Record.Schema);
                var rewritten = new AvroBuffer();

                Assert.Equal(AvroStatus.Ok, view.TryRead(body, rewritten, out var encoded));

                Assert.Equal(body, encoded);
                Assert.Equal(Dump.Of(view.Record.Schema, body), Dump.Of(view.Record.Schema, rewritten.WrittenSpan));
            }
        }
    }

    [Fact]
    public void A_view_refuses_what_the_class_refuses_and_for_the_same_reason()
    {
        foreach (var view in ViewCase.All)
        {
            var values = new RandomValues(seed: 4);
            var bad = new BadBytes(seed: 5);
            var refused = 0;
            for (var i = 0; i < 4000; i++)
            {
                var body = bad.Of(values.Body(view.Record.Schema));
                var status = view.Record.TryDecode(body, AvroLimits.Default, out _);

                Assert.Equal(status, view.TryRead(body, new AvroBuffer(), out _));

                refused += status == AvroStatus.Ok ? 0 : 1;
            }

            Assert.InRange(refused, 1000, 4000);
        }
    }

    [Fact]
    public void The_entries_of_a_map_come_in_the_order_of_their_bytes()
    {
        var reading = new SensorReading
        {
            EntityId = "room-1",
            EventTime = 1_700_000_000_000,
            Metrics = new Dictionary<string, double> { ["temperature"] = 21.5, ["co₂"] = double.NaN, [""] = -0.0 },
            Tags = new Dictionary<string, string> { ["site"] = "north", ["Ort"] = "Köln" },
        };

        Assert.Equal(AvroStatus.Ok, SensorReadingView.TryRead(AvroCodec.ToBody(reading), AvroLimits.Default, out var view));

        var metrics = new List<KeyValuePair<string, double>>();
        foreach (var (name, value) in view.Metrics)
        {
            metrics.Add(new(Encoding.UTF8.GetString(name), value));
        }

        var tags = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in view.Tags)
        {
            tags.Add(new(Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(value)));
        }

        Assert.Equal(reading.Metrics, metrics);
        Assert.Equal(3, view.Metrics.Count);
        Assert.Equal(reading.Tags, tags);
        Assert.False(view.HasDeviceId);
        Assert.True(view.DeviceId.IsEmpty);
    }

    [Fact]
    public void A_part_of_a_record_has_its_own_bytes()
    {
        var values = new RandomValues(seed: 8);
        for (var i = 0; i < 200; i++)
        {
            var reading = values.Body(SensorReading.Schema);
            var buffer = new AvroBuffer();
            var writer = new AvroWriter(buffer);
            SensorLog.WriteBranch(ref writer, SensorLogBranch.IngestedReading);
            IngestedReading.EncodeFields(ref writer, i, 2, 3, copy: true, reading);
            var reader = new AvroReader(buffer.WrittenSpan, AvroLimits.Default);
            SensorLog.TryReadBranch(ref reader, out _);

            Assert.Equal(AvroStatus.Ok, IngestedReadingView.TryRead(ref reader, out var view));

            Assert.Equal(buffer.WrittenSpan[1..].ToArray(), view.Encoded.ToArray());
            Assert.Equal(reading, view.Reading.Encoded.ToArray());
        }
    }

    [Fact]
    public void A_branch_of_the_log_is_read_where_its_reader_stands()
    {
        var tick = new Tick { SourcePartitions = 2, Passed = [new PassedUntil { Partition = 1, IngestTime = 7 }, new PassedUntil { Partition = 0, IngestTime = 9 }] };
        var reader = new AvroReader(AvroCodec.ToBody(new SensorLog(tick)), AvroLimits.Default);

        Assert.Equal(AvroStatus.Ok, SensorLog.TryReadBranch(ref reader, out var branch));
        Assert.Equal(SensorLogBranch.Tick, branch);
        Assert.Equal(AvroStatus.Ok, TickView.TryRead(ref reader, out var view));
        Assert.Equal(AvroStatus.Ok, reader.End());

        Assert.Equal(2, view.Passed.Count);
        Assert.Equal("0402" + "0E" + "00" + "12" + "00", Convert.ToHexString(view.Passed.Encoded));
        var partitions = new List<int>();
        foreach (ref readonly var passed in view.Passed)
        {
            partitions.Add(passed.Partition);
        }

        Assert.Equal([1, 0], partitions);
    }
}
