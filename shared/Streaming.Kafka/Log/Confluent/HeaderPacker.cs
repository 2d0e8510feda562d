using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>Between the client's headers and ours.</summary>
internal sealed class HeaderPacker
{
    private byte[] _packed = new byte[256];

    /// <summary>Packs a record's headers; valid until the next call.</summary>
    /// <param name="headers">The library's handle of them.</param>
    public unsafe RecordHeaders Pack(nint headers)
    {
        var length = 0;
        byte* name;
        byte* value;
        nuint valueLength;
        for (nuint index = 0; Librdkafka.Header(headers, index, &name, &value, &valueLength) == 0; index++)
        {
            var nameBytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
            var needed = RecordHeaders.PackedLength(nameBytes.Length, (int)valueLength);
            if (length + needed > _packed.Length)
            {
                Array.Resize(ref _packed, Math.Max(_packed.Length * 2, length + needed));
            }

            length += RecordHeaders.Append(_packed.AsSpan(length), nameBytes, new ReadOnlySpan<byte>(value, (int)valueLength), value is not null);
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
