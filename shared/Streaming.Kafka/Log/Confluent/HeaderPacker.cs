using System.Text;
using Confluent.Kafka;
using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>Between the client's headers and ours.</summary>
internal sealed class HeaderPacker
{
    private byte[] _packed = new byte[256];

    /// <summary>Packs headers; valid until the next call.</summary>
    public RecordHeaders Pack(Headers? headers)
    {
        if (headers is null || headers.Count == 0)
        {
            return default;
        }

        var length = 0;
        foreach (var header in headers)
        {
            var value = header.GetValueBytes();
            var name = Encoding.UTF8.GetBytes(header.Key);
            var needed = RecordHeaders.PackedLength(name.Length, value?.Length ?? -1);
            if (length + needed > _packed.Length)
            {
                Array.Resize(ref _packed, Math.Max(_packed.Length * 2, length + needed));
            }

            length += RecordHeaders.Append(_packed.AsSpan(length), name, value, value is not null);
        }

        return new RecordHeaders(_packed.AsSpan(0, length));
    }

    /// <summary>Unpacks headers; null where there are none.</summary>
    public static Headers? Unpack(RecordHeaders packed)
    {
        if (packed.IsEmpty)
        {
            return null;
        }

        var headers = new Headers();
        foreach (var header in packed)
        {
            headers.Add(Encoding.UTF8.GetString(header.Name), header.HasValue ? header.Value.ToArray() : null);
        }

        return headers;
    }
}
