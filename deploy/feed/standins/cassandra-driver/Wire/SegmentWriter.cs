using System.Buffers;
using System.Buffers.Binary;

namespace Cassandra.Wire;

/// <summary>
/// Messages on their way out, back to back. In version 5, once <see cref="Framed"/>, they lie in segments with checksums: as many whole messages as
/// fit into each; a message that fits into none is spread over several.
/// </summary>
internal sealed class SegmentWriter
{
    public const int MaxPayload = (1 << 17) - 1;
    public const int HeaderSize = 6;
    public const int TrailerSize = 4;
    private const int SelfContained = 1 << 17;
    private readonly WireWriter _writer = new();
    private int _payload = -1;

    public bool Framed { get; set; }

    public bool IsEmpty => _writer.Position == 0;

    /// <summary>Writes a message; what an exception interrupts leaves no trace.</summary>
    public void Append(int version, short stream, IOperation operation)
    {
        var before = _writer.Position;
        var opened = _payload;
        if (Framed && _payload < 0)
        {
            _writer.Take(HeaderSize);
            _payload = _writer.Position;
        }

        var start = _writer.Position;
        try
        {
            var header = _writer.Take(FrameHeader.Size);
            header[0] = (byte)version;
            header[1] = 0;
            BinaryPrimitives.WriteInt16BigEndian(header[2..], stream);
            header[4] = (byte)operation.Opcode;
            operation.Encode(_writer, version);
            _writer.PatchInt(start + 5, _writer.Position - start - FrameHeader.Size);
        }
        catch
        {
            _writer.Position = before;
            _payload = opened;
            throw;
        }

        if (Framed && _writer.Position - _payload > MaxPayload)
        {
            Overflow(start);
        }
    }

    /// <summary>What to send. Valid until <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<byte> Finish()
    {
        if (_payload >= 0)
        {
            Seal();
        }

        return _writer.Written;
    }

    public void Clear()
    {
        _writer.Clear();
        _payload = -1;
    }

    // The last message made the segment too long: it goes into a segment of its own, or into several.
    private void Overflow(int start)
    {
        var length = _writer.Position - start;
        if (start > _payload)
        {
            _writer.Insert(start, TrailerSize + HeaderSize);
            WriteFrame(_payload, start - _payload, SelfContained);
            _payload = start + TrailerSize + HeaderSize;
        }

        if (length <= MaxPayload)
        {
            return;
        }

        var message = ArrayPool<byte>.Shared.Rent(length);
        _writer.Span[_payload..].CopyTo(message);
        _writer.Position = _payload - HeaderSize;
        for (var at = 0; at < length; at += MaxPayload)
        {
            var part = Math.Min(MaxPayload, length - at);
            _writer.Take(HeaderSize);
            var payload = _writer.Position;
            _writer.Raw(message.AsSpan(at, part));
            _writer.Take(TrailerSize);
            WriteFrame(payload, part, 0);
        }

        ArrayPool<byte>.Shared.Return(message);
        _payload = -1;
    }

    private void Seal()
    {
        var length = _writer.Position - _payload;
        _writer.Take(TrailerSize);
        WriteFrame(_payload, length, SelfContained);
        _payload = -1;
    }

    private void WriteFrame(int payload, int length, int selfContained)
    {
        var span = _writer.Span;
        var header = length | selfContained;
        var checksum = Checksums.OfHeader(header);
        var at = payload - HeaderSize;
        for (var index = 0; index < 3; index++)
        {
            span[at + index] = (byte)(header >> (8 * index));
            span[at + 3 + index] = (byte)(checksum >> (8 * index));
        }

        BinaryPrimitives.WriteUInt32LittleEndian(span[(payload + length)..], Checksums.OfPayload(span.Slice(payload, length)));
    }
}
