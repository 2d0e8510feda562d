using System.Text;
using Confluent.Kafka;
using Streaming.Avro;
using Streaming.Contracts;

namespace Streaming.Local.Sample;

/// <summary>A sample's readings, attributes and labels as records, encoded as any device would: Avro behind the id of the published schema.</summary>
/// <param name="names">Full names of topics.</param>
/// <param name="ids">The registered schemas' ids.</param>
internal sealed class SampleMessages(TopicNames names, IReadOnlyDictionary<Topic, int> ids)
{
    private readonly AvroBuffer _buffer = new();

    public (string Topic, Message<byte[], byte[]> Message) Reading(SensorReading reading) => Make(Topics.SensorRaw, reading.EntityId, reading);

    public (string Topic, Message<byte[], byte[]> Message) Attributes(EntityAttributes attributes) => Make(Topics.EntityAttributes, attributes.EntityId, attributes);

    public (string Topic, Message<byte[], byte[]> Message) Label(Label label) => Make(Topics.Labels, label.EntityId, label);

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
