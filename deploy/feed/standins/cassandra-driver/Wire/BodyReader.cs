using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Cassandra.Wire;

/// <summary>Reads the protocol's notations; what does not fit into the body is refused before anything is allocated for it.</summary>
internal ref struct BodyReader(ReadOnlySpan<byte> body)
{
    private readonly ReadOnlySpan<byte> _body = body;

    public int Position { get; private set; }

    public readonly int Remaining => _body.Length - Position;

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > Remaining)
        {
            throw Malformed($"{count} bytes are named at {Position}, but {Remaining} are left");
        }

        var taken = _body.Slice(Position, count);
        Position += count;
        return taken;
    }

    public byte Byte() => Take(1)[0];

    public int Short() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public int Int() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public string String() => Encoding.UTF8.GetString(Take(Short()));

    public string LongString() => Encoding.UTF8.GetString(Take(Int()));

    public byte[] ShortBytes() => Take(Short()).ToArray();

    /// <summary>Bytes with a length of four bytes; null where it is negative.</summary>
    public byte[]? Bytes()
    {
        var length = Int();
        return length < 0 ? null : Take(length).ToArray();
    }

    public string[] Strings()
    {
        var all = new string[Count(Short(), 2)];
        for (var at = 0; at < all.Length; at++)
        {
            all[at] = String();
        }

        return all;
    }

    public IPAddress Address()
    {
        var length = Byte();
        return length is 4 or 16 ? new IPAddress(Take(length)) : throw Malformed($"an address has {length} bytes");
    }

    public IPEndPoint EndPoint()
    {
        var address = Address();
        var port = Int();
        return port is >= 0 and <= ushort.MaxValue ? new IPEndPoint(address, port) : throw Malformed($"{port} is no port");
    }

    /// <summary>A count of things of at least <paramref name="each"/> bytes, checked against what is left.</summary>
    public readonly int Count(int count, int each) =>
        count >= 0 && (long)count * each <= Remaining ? count : throw Malformed($"{count} items of at least {each} bytes are named, but {Remaining} bytes are left");

    public static DriverInternalError Malformed(string what) =>
        new($"The bytes from the server do not follow the protocol: {what}. The connection is closed.");
}
