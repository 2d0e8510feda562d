using System.Text;
using Streaming.Avro;
using Streaming.Contracts;

namespace Streaming.Ingest.Tests;

public sealed class RefusalTests
{
    private const long Now = 1_700_000_000_000;
    private readonly IngestHost _host = new(new IngestOptions { MaxMetrics = 20 });

    [Fact]
    public void What_is_not_a_framed_record_of_a_known_schema_is_refused_by_name()
    {
        Expect((byte[]?)null, DeadLetterReason.NullValue, "null");
        Expect([], DeadLetterReason.NotFramed, "0 bytes");
        Expect("{}"u8.ToArray(), DeadLetterReason.NotFramed, "schema id");
        Expect(Framed(5555), DeadLetterReason.UnknownSchema, "about schema 5555");
        Expect(Framed(IngestHost.IncompatibleId), DeadLetterReason.IncompatibleSchema, "about schema 103");
        Expect(new byte[(1 << 20) + 1], DeadLetterReason.TooLarge, "1048577");
    }

    [Fact]
    public void Every_prefix_and_every_broken_byte_of_a_reading_is_taken_or_refused_and_never_thrown_at()
    {
        var good = AvroCodec.ToFramed(IngestHost.Reading(), IngestHost.SensorReadingId);
        for (var length = 5; length < good.Length; length++)
        {
            Expect(good[..length], DeadLetterReason.Malformed, "Truncated");
        }

        for (var at = 5; at < good.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                var bad = good.ToArray();
                bad[at] = (byte)value;
                _host.Process(bad);
                Assert.NotEqual(_host.Output.Count > 0, _host.Output.Refusals.Count == 1);
            }
        }

        Expect([.. good, 0], DeadLetterReason.Malformed, "TrailingBytes");
    }

    [Fact]
    public void An_entity_id_must_have_1_to_256_bytes_of_UTF8_without_control_characters()
    {
        Expect(IngestHost.Reading(""), DeadLetterReason.InvalidEntity, "empty");
        Expect(IngestHost.Reading(new string('x', 257)), DeadLetterReason.InvalidEntity, "257");
        Expect(IngestHost.Reading("cow\n1"), DeadLetterReason.InvalidEntity, "\\u000a");
        Expect(IngestHost.Reading("cow\u009b1"), DeadLetterReason.InvalidEntity, "control");
        Expect(IngestHost.Reading("cow\u007f"), DeadLetterReason.InvalidEntity, "control");
        Taken(IngestHost.Reading(new string('x', 256)));
        Taken(IngestHost.Reading("Kuh Löwenzahn \u00a0é 牛"));
        var bytes = AvroCodec.ToFramed(IngestHost.Reading("cow-1"), IngestHost.SensorReadingId);
        bytes[bytes.AsSpan().IndexOf("cow-1"u8)] = 0xff;
        Expect(bytes, DeadLetterReason.Malformed, "InvalidUtf8");
    }

    [Fact]
    public void Metrics_must_be_some_and_named_once_and_finite()
    {
        Expect(With(), DeadLetterReason.NoMetrics, "at least one");
        Expect(With(("a", double.NaN)), DeadLetterReason.NotFinite, "'a' is NaN");
        Expect(With(("a", 1), ("b", double.NegativeInfinity)), DeadLetterReason.NotFinite, "'b' is -Infinity");
        Expect(With(("", 1)), DeadLetterReason.InvalidMetric, "0 bytes");
        Expect(With(("a\0", 1)), DeadLetterReason.InvalidMetric, "\\u0000");
        Expect(With((new string('m', 257), 1)), DeadLetterReason.InvalidMetric, "257");
        Expect(With([.. Enumerable.Range(0, 21).Select(i => ($"m{i}", 1.0))]), DeadLetterReason.TooManyMetrics, "21");
        Taken(With([.. Enumerable.Range(0, 20).Select(i => ($"m{i}", 1.0))]));
        Taken(With(("a", double.MaxValue), ("b", double.Epsilon)));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(20)]
    public void A_metric_that_stands_twice_is_refused_wherever_it_stands(int count)
    {
        for (var first = 0; first < count; first++)
        {
            for (var second = first + 1; second < count; second++)
            {
                var names = Enumerable.Range(0, count).Select(i => $"metric{(i == second ? first : i)}").ToArray();
                Expect(WithNames(names), DeadLetterReason.InvalidMetric, $"'metric{first}' twice");
            }
        }

        _host.Process(WithNames([.. Enumerable.Range(0, count).Select(i => $"metric{i}")]));
        Assert.Empty(_host.Output.Refusals);
    }

    [Fact]
    public void An_event_time_may_lie_5_minutes_ahead_of_its_ingest_time_and_no_further()
    {
        Taken(IngestHost.Reading(eventTime: Now + 300_000));
        Expect(IngestHost.Reading(eventTime: Now + 300_001), DeadLetterReason.TimeInFuture, "300001 ms after its ingest time 2023-11-14T22:13:20.000Z");
        Expect(IngestHost.Reading(eventTime: long.MaxValue), DeadLetterReason.TimeInFuture, "outside the years");
    }

    [Fact]
    public void An_event_time_must_not_lie_before_2000()
    {
        Taken(IngestHost.Reading(eventTime: 946_684_800_000));
        Expect(IngestHost.Reading(eventTime: 946_684_799_999), DeadLetterReason.TimeTooOld, "1999-12-31T23:59:59.999Z");
        Expect(IngestHost.Reading(eventTime: long.MinValue), DeadLetterReason.TimeTooOld, "outside the years");
    }

    [Fact]
    public void Device_and_tags_are_bounded()
    {
        Expect(IngestHost.Reading() with { DeviceId = new string('d', 257) }, DeadLetterReason.TooLarge, "device_id has 257");
        Expect(IngestHost.Reading() with { Tags = Enumerable.Range(0, 65).ToDictionary(i => $"t{i}", _ => "") }, DeadLetterReason.TooLarge, "65");
        Expect(IngestHost.Reading() with { Tags = new Dictionary<string, string> { ["t"] = new string('v', 4097) } }, DeadLetterReason.TooLarge, "4097");
    }

    [Fact]
    public void Attributes_that_break_a_rule_are_refused_by_name()
    {
        var good = new EntityAttributes { EntityId = "e", ValidFrom = 0 };
        Refuses(good with { EntityId = "" }, DeadLetterReason.InvalidEntity);
        Refuses(good with { GroupId = "a\tb" }, DeadLetterReason.InvalidEntity);
        Refuses(good with { Attributes = new Dictionary<string, double> { ["x"] = double.PositiveInfinity } }, DeadLetterReason.NotFinite);
        _host.Process([0, 0, 0, 0, IngestHost.AttributesId, 7], topic: 1, partition: 0);
        Assert.Equal(DeadLetterReason.Malformed, _host.Refused().Reason);

        void Refuses(EntityAttributes attributes, DeadLetterReason reason)
        {
            _host.Process(AvroCodec.ToFramed(attributes, IngestHost.AttributesId), topic: 1, partition: 0);
            Assert.Equal(reason, _host.Refused().Reason);
        }
    }

    [Fact]
    public void Options_that_make_no_sense_are_refused_all_at_once()
    {
        var options = new IngestOptions { MaxFutureSkew = TimeSpan.FromSeconds(-1), MaxMetrics = 0, TickMargin = TimeSpan.FromDays(1) };
        Assert.Equal(3, options.Validate().Count);
        Assert.All(options.Validate(), error => Assert.Matches("^Ingest:[A-Za-z]+ = '.+': must lie between .+; the default is .+\\.$", error));
        Assert.Throws<ArgumentException>(() => new IngestHost(options));
        Assert.Empty(new IngestOptions().Validate());
    }

    private void Expect(SensorReading reading, DeadLetterReason reason, string part)
    {
        Expect(AvroCodec.ToFramed(reading, IngestHost.SensorReadingId), reason, part);
        Assert.Equal(reading.EntityId, _host.Refused().EntityId);
    }

    private void Expect(byte[]? value, DeadLetterReason reason, string part)
    {
        _host.Process(value);
        Assert.Equal(reason, _host.Refused().Reason);
        Assert.Contains(part, _host.Refused().Detail, StringComparison.Ordinal);
    }

    private void Taken(SensorReading reading)
    {
        _host.Process(reading);
        Assert.Equal(reading, Assert.Single(_host.Logs()).Log.IngestedReading!.Reading);
    }

    private static SensorReading With(params (string Name, double Value)[] metrics) =>
        IngestHost.Reading() with { Metrics = metrics.ToDictionary(metric => metric.Name, metric => metric.Value) };

    private static byte[] WithNames(string[] names)
    {
        var metrics = new AvroBuffer();
        var writer = new AvroWriter(metrics);
        writer.WriteBlock(names.Length);
        foreach (var name in names)
        {
            writer.WriteString(name);
            writer.WriteDouble(1);
        }

        writer.WriteEnd();
        var buffer = new AvroBuffer();
        ConfluentFraming.Write(buffer, IngestHost.SensorReadingId);
        writer = new AvroWriter(buffer);
        SensorReading.EncodeFields(ref writer, Encoding.UTF8.GetBytes("e"), Now, metrics.WrittenSpan, Scope.Entity, false, default, null, [0]);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Framed(int schemaId)
    {
        var buffer = new AvroBuffer();
        ConfluentFraming.Write(buffer, schemaId);
        return buffer.WrittenSpan.ToArray();
    }
}
