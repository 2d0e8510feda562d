using System.Buffers.Binary;

namespace Cassandra.Wire;

/// <summary>
/// Cuts a stream of bytes into messages. Every length is checked before it is believed, and buffers grow with what has arrived, never with what
/// a length announces.
/// </summary>
internal sealed class FrameDecoder
{
    private const int Initial = 64 << 10;
    private const int Kept = 1 << 20;
    private byte[] _bytes = new byte[Initial];
    private int _start;
    private int _end;

    // The rest of a segment that holds whole messages, within _bytes; none where both are equal.
    private int _payloadStart;
    private int _payloadEnd;
    private int _consumedAfterPayload;

    // A message that is spread over several segments.
    private byte[] _spread = [];
    private int _spreadLength;

    /// <summary>Whether segments are expected (version 5 after the start).</summary>
    public bool Framed { get; set; }

    /// <summary>Room for more bytes. Bodies given so far are no longer valid.</summary>
    public Memory<byte> Room()
    {
        if (_start == _end)
        {
            _start = _end = 0;
            if (_bytes.Length > Kept)
            {
                _bytes = new byte[Initial];
            }
        }

        if (_end == _bytes.Length)
        {
            if (_start > 0)
            {
                Buffer.BlockCopy(_bytes, _start, _bytes, 0, _end - _start);
                _end -= _start;
                _start = 0;
            }
            else
            {
                Array.Resize(ref _bytes, checked(_bytes.Length * 2));
            }
        }

        return _bytes.AsMemory(_end);
    }

    public void Arrived(int count) => _end += count;

    /// <summary>The next whole message; the body is valid until <see cref="Room"/> is called.</summary>
    /// <exception cref="DriverInternalError">The bytes do not follow the protocol.</exception>
    public bool TryRead(out FrameHeader header, out ReadOnlySpan<byte> body)
    {
        if (!Framed)
        {
            return TryReadBare(out header, out body);
        }

        while (true)
        {
            if (_payloadStart < _payloadEnd)
            {
                var payload = _bytes.AsSpan(_payloadStart, _payloadEnd - _payloadStart);
                header = Header(payload);
                if (header.Length > payload.Length - FrameHeader.Size)
                {
                    throw BodyReader.Malformed("a segment that holds whole messages ends within one");
                }

                body = payload.Slice(FrameHeader.Size, header.Length);
                _payloadStart += FrameHeader.Size + header.Length;
                if (_payloadStart == _payloadEnd)
                {
                    _start = _consumedAfterPayload;
                }

                return true;
            }

            if (!TryReadSegment(out var spreadIsWhole))
            {
                header = default;
                body = default;
                return false;
            }

            if (spreadIsWhole)
            {
                header = Header(_spread.AsSpan(0, _spreadLength));
                body = _spread.AsSpan(FrameHeader.Size, header.Length);
                _spreadLength = 0;
                return true;
            }
        }
    }

    private bool TryReadBare(out FrameHeader header, out ReadOnlySpan<byte> body)
    {
        var available = _bytes.AsSpan(_start, _end - _start);
        header = default;
        body = default;
        if (available.Length < FrameHeader.Size)
        {
            return false;
        }

        header = Header(available);
        if (available.Length - FrameHeader.Size < header.Length)
        {
            return false;
        }

        body = available.Slice(FrameHeader.Size, header.Length);
        _start += FrameHeader.Size + header.Length;
        return true;
    }

    private bool TryReadSegment(out bool spreadIsWhole)
    {
        spreadIsWhole = false;
        var available = _bytes.AsSpan(_start, _end - _start);
        if (available.Length < SegmentWriter.HeaderSize)
        {
            return false;
        }

        var header = available[0] | (available[1] << 8) | (available[2] << 16);
        var checksum = available[3] | (available[4] << 8) | (available[5] << 16);
        if (checksum != Checksums.OfHeader(header) || header >> 18 != 0)
        {
            throw BodyReader.Malformed("a segment's header has a wrong checksum");
        }

        var length = header & SegmentWriter.MaxPayload;
        var whole = SegmentWriter.HeaderSize + length + SegmentWriter.TrailerSize;
        if (available.Length < whole)
        {
            return false;
        }

        var payload = available.Slice(SegmentWriter.HeaderSize, length);
        if (BinaryPrimitives.ReadUInt32LittleEndian(available[(SegmentWriter.HeaderSize + length)..]) != Checksums.OfPayload(payload))
        {
            throw BodyReader.Malformed("a segment's payload has a wrong checksum");
        }

        if (header >> 17 == 0)
        {
            spreadIsWhole = Gather(payload);
            _start += whole;
            return true;
        }

        if (_spreadLength > 0 || length == 0)
        {
            throw BodyReader.Malformed(length == 0 ? "a segment is empty" : "another message begins within one that is spread over segments");
        }

        _payloadStart = _start + SegmentWriter.HeaderSize;
        _payloadEnd = _payloadStart + length;
        _consumedAfterPayload = _start + whole;
        return true;
    }

    private bool Gather(ReadOnlySpan<byte> part)
    {
        if (_spreadLength == 0 && _spread.Length > Kept)
        {
            _spread = [];
        }

        if (_spread.Length - _spreadLength < part.Length)
        {
            Array.Resize(ref _spread, Math.Max(checked(_spread.Length * 2), _spreadLength + part.Length));
        }

        part.CopyTo(_spread.AsSpan(_spreadLength));
        _spreadLength += part.Length;
        if (part.Length == 0)
        {
            throw BodyReader.Malformed("a segment is empty");
        }

        if (_spreadLength < FrameHeader.Size)
        {
            return false;
        }

        var missing = FrameHeader.Size + Header(_spread.AsSpan(0, _spreadLength)).Length - _spreadLength;
        return missing >= 0 ? missing == 0 : throw BodyReader.Malformed("segments hold more than the message that is spread over them");
    }

    private static FrameHeader Header(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FrameHeader.Size)
        {
            throw BodyReader.Malformed("a segment ends within a message's header");
        }

        if ((bytes[0] & 0x80) == 0)
        {
            throw BodyReader.Malformed($"the first byte of an answer is 0x{bytes[0]:X2}; what listens there may not be Cassandra, or may expect TLS");
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[5..]);
        if (length is < 0 or > FrameHeader.MaxLength)
        {
            throw BodyReader.Malformed($"a message claims {length} bytes, and at most {FrameHeader.MaxLength} are allowed");
        }

        return new FrameHeader(bytes[0] & 0x7F, (HeaderFlags)bytes[1], BinaryPrimitives.ReadInt16BigEndian(bytes[2..]), (Opcode)bytes[4], length);
    }
}
