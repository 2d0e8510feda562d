using System.Text;
using Confluent.Kafka;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.History.Rows;
using Streaming.Monitoring;

namespace Streaming.Gateway.Tests.Page;

/// <summary>Two days of two rooms: predictions with truth that comes later, some of them wrong, and records in every topic.</summary>
internal static class PageData
{
    public const int Buckets = 288;
    public const int Wrong = 8;
    private const long Start = 1_423_008_000_000;
    private const long Width = 600_000;
    private const int Unlabelled = 12;

    /// <summary>Fills the history of a gateway and its topics.</summary>
    public static async Task FeedAsync(TestGateway gateway)
    {
        var rows = new List<HistoryRow>();
        foreach (var (room, shift) in new[] { ("room-1", 0), ("room-2", 20) })
        {
            for (var index = 0; index < Buckets; index++)
            {
                rows.AddRange(RowsOf(room, index, shift));
            }
        }

        Assert.Empty(await gateway.History.WriteAsync(rows, CancellationToken.None));
        using var producer = gateway.Producer();
        foreach (var (topic, count) in new[] { (Topics.SensorRaw, 5760), (Topics.SensorReadings, 5757), (Topics.FeatureVectors, 576), (Topics.Predictions, 576), (Topics.Labels, 552), (Topics.SensorLate, 4) })
        {
            for (var record = 0; record < count; record++)
            {
                producer.Produce(new TopicNames(gateway.Kafka.TopicPrefix).Of(topic), new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes($"room-{1 + (record % 2)}"), Value = [0] });
            }
        }

        Refuse(gateway, producer, DeadLetterReason.NotFinite, "metrics 'temperature' is NaN; it must be finite", "room-1", 411);
        Refuse(gateway, producer, DeadLetterReason.TimeInFuture, "event_time is 4102444800000 (2100-01-01T00:00:00.000Z), 2678781600000 ms after its ingest time; at most 300000 ms are allowed: the device's clock is wrong", "room-2", 1290);
        Refuse(gateway, producer, DeadLetterReason.NotFramed, "the value of 12 bytes does not begin with a zero byte and a schema id of four bytes; write it with a serializer for Confluent's schema registry <script>alert(1)</script>", null, 1503);
        producer.Flush(TimeSpan.FromSeconds(120));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        while (gateway.Observer.Count(Topics.DeadLetters) < 3 || gateway.Observer.Count(Topics.SensorRaw) < 5760)
        {
            await Task.Delay(50, patience.Token);
        }
    }

    /// <summary>The prediction of one bucket, and its label where that is known.</summary>
    public static IEnumerable<HistoryRow> RowsOf(string room, int index, int shift)
    {
        var start = Start + (index * Width);
        var ofDay = (index + shift) % 144;
        var occupied = ofDay is > 48 and < 78 or > 84 and < 108;
        var missed = index < Buckets - Unlabelled && index % (Buckets / Wrong) == 5;
        var score = (occupied ? 0.93 : 0.05) + (0.04 * Math.Sin(index * 1.7));
        score = missed ? 1 - score : score;
        RecordOrigin Origin(string topic) => new(start + Width, topic, 0, index);
        yield return new PredictionRow
        {
            PredictionId = $"{index:x32}",
            EntityId = room,
            BucketStart = start,
            BucketEnd = start + Width,
            Revision = 0,
            FeatureSet = "occupancy",
            FeatureSetVersion = 1,
            FeatureSetHash = new string('e', 64),
            Deployment = "occupancy-lda",
            ModelName = "occupancy-lda",
            ModelVersion = "1",
            ModelSha256 = "2be8f540e317fee4811393ed2bb93096e951053f54ed828075c5635f5a061084",
            Stage = "production",
            Scores = new[] { 1 - score, score },
            Label = score >= 0.5 ? "1" : "0",
            Threshold = 0.5,
            PipelineVersion = "0.1.0",
            Origin = Origin("predictions"),
        };
        if (index < Buckets - Unlabelled)
        {
            yield return new LabelRow
            {
                EntityId = room,
                EventTime = start + 1000,
                Name = "occupancy",
                Value = occupied ? "1" : "0",
                KnownAt = start + Width,
                Source = "pictures of the room",
                Origin = Origin("labels"),
            };
        }
    }

    private static void Refuse(TestGateway gateway, IProducer<byte[], byte[]> producer, DeadLetterReason reason, string detail, string? entity, long offset)
    {
        var buffer = new AvroBuffer();
        ConfluentFraming.Write(buffer, gateway.Ids[Topics.DeadLetters]);
        var writer = new AvroWriter(buffer);
        DeadLetter.Encode(ref writer, new DeadLetter { Stage = "sensor-ingest", Topic = "sensor.raw", Partition = 1, Offset = offset, Reason = reason, Detail = detail, EntityId = entity });
        producer.Produce(new TopicNames(gateway.Kafka.TopicPrefix).Of(Topics.DeadLetters), new Message<byte[], byte[]> { Key = "sensor.raw"u8.ToArray(), Value = buffer.WrittenSpan.ToArray() });
    }
}
