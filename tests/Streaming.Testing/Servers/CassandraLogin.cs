using System.Buffers.Binary;
using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Streaming.Testing;

/// <summary>
/// Waits until a node knows its first user. A node makes that user some seconds after it began to answer, so the first who log in are refused
/// with the right password. It speaks just enough of the native protocol itself: the driver under test must not decide when its own tests begin.
/// </summary>
internal static class CassandraLogin
{
    private const byte Protocol = 4;
    private const byte Startup = 0x01;
    private const byte AuthResponse = 0x0F;
    private const byte AuthSuccess = 0x10;
    private const int HeaderLength = 9;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public static async Task WaitAsync(string host, int port, string user, string password)
    {
        var since = Stopwatch.StartNew();
        while (!await SucceedsAsync(host, port, user, password))
        {
            if (since.Elapsed > Patience)
            {
                throw new TimeoutException($"The node {host}:{port} refused its first user for {Patience.TotalSeconds} s.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(250));
        }
    }

    private static async Task<bool> SucceedsAsync(string host, int port, string user, string password)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host, port);
#pragma warning disable CA5359 // Whether the node is there is asked, not who it is.
        await using var stream = new SslStream(client.GetStream(), false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await stream.AuthenticateAsClientAsync(host);
        await AskAsync(stream, Startup, [0, 1, .. Text("CQL_VERSION"), .. Text("3.0.0")]);
        var token = Encoding.UTF8.GetBytes($"\0{user}\0{password}");
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, token.Length);
        return await AskAsync(stream, AuthResponse, [.. length, .. token]) == AuthSuccess;
    }

    private static async Task<byte> AskAsync(Stream stream, byte request, byte[] body)
    {
        var header = new byte[HeaderLength];
        (header[0], header[4]) = (Protocol, request);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(5), body.Length);
        await stream.WriteAsync((byte[])[.. header, .. body]);
        await stream.ReadExactlyAsync(header);
        await stream.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(5))]);
        return header[4];
    }

    private static byte[] Text(string value) => [0, (byte)value.Length, .. Encoding.UTF8.GetBytes(value)];
}
