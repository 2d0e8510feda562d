using Confluent.Kafka;

namespace Streaming.Kafka;

/// <summary>A "deserializer" that keeps the bytes in one buffer, used again for every record.</summary>
internal sealed class SpanKeeper : IDeserializer<int>
{
    private byte[] _bytes = new byte[1024];
    private int _length;

    /// <summary>What was kept last.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Math.Max(0, _length));

    /// <summary>Whether it was not null.</summary>
    public bool HasBytes => _length >= 0;

    public int Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context)
    {
        if (data.Length > _bytes.Length)
        {
            _bytes = new byte[Math.Max(data.Length, 2 * _bytes.Length)];
        }

        data.CopyTo(_bytes);
        return _length = isNull ? -1 : data.Length;
    }
}
