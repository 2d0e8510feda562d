using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Cassandra.Connections;

/// <summary>Opens TCP connections, with TLS where it is asked for.</summary>
internal static class Transport
{
    public static async Task<Stream> ConnectAsync(IPEndPoint address, Configuration configuration, CancellationToken stop)
    {
        var options = configuration.SocketOptions;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = options.TcpNoDelay ?? true };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, options.KeepAlive ?? true);
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(address, stop).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            return configuration.Ssl is { } ssl ? await SecureAsync(stream, address, ssl, stop).ConfigureAwait(false) : stream;
        }
        catch
        {
            stream?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    private static async Task<Stream> SecureAsync(Stream plain, IPEndPoint address, SSLOptions options, CancellationToken stop)
    {
        var secure = new SslStream(plain, leaveInnerStreamOpen: false);
        try
        {
            await secure.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = options.HostNameResolver(address.Address),
                    EnabledSslProtocols = options.SslProtocol,
                    ClientCertificates = options.CertificateCollection,
                    CertificateRevocationCheckMode = options.CheckCertificateRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
                    RemoteCertificateValidationCallback = options.RemoteCertValidationCallback,
                },
                stop).ConfigureAwait(false);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
