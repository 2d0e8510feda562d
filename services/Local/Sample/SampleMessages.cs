using System.Text;
using Confluent.Kafka;
using Streaming.Avro;
using Streaming.Contracts;

namespace Streaming.Local.Sample;

/// <summary>The sample's readings and labels as records, encoded as any device would: Avro behind the id of the published schema.</summary>
/// <param name="names">Full names of topics.</param>
/// <param name="ids">The registered schemas' ids.</param>
internal sealed class SampleMessages(TopicNames names, IReadOnlyDictionary<Topic, int> ids)
{
    private const string LabelSource = "pictures of the room";

    private readonly AvroBuffer _buffer = new();

    public (string Topic, Message<byte[], byte[]> Message) Reading(string room, SampleReading reading) => Make(
        Topics.SensorRaw,
        room,
        new SensorReading
        {
            EntityId = room,
            EventTime = reading.EventTime,
            Metrics = new Dictionary<string, double> { [reading.Metric] = reading.Value },
            DeviceId = reading.Device,
            Sequence = reading.Sequence,
        });

    public (string Topic, Message<byte[], byte[]> Message) Label(string room, SampleLabel label) => Make(
        Topics.Labels,
        room,
        new Label
        {
            EntityId = room,
            EventTime = label.EventTime,
            Name = SamplePlan.LabelName,
            Value = label.Value,
            KnownAt = label.KnownAt,
            Source = LabelSource,
        });

    private (string Topic, Message<byte[], byte[]> Message) Make<T>(Topic topic, string key, T value)
        where T : class, IAvroRecord<T>
    {
        _buffer.Reset();
        ConfluentFraming.Write(_buffer, ids[topic]);
        var writer = new AvroWriter(_buffer);
        T.Encode(ref writer, value);
        return (names.Of(topic), new Message<byte[], byte[]> { Key = Encoding.UTF8.GetBytes(key), Value = _buffer.WrittenSpan.ToArray() });
    }
}
