using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Streaming.Native.Tests;

/// <summary>A real broker on a free port, with its data in a temporary folder; disposing ends it.</summary>
internal sealed class KafkaServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private KafkaServer(Process process, DirectoryInfo folder, int port)
    {
        _process = process;
        _folder = folder;
        Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
    }

    public string Address { get; }

    /// <summary>The script that runs a broker; null where there is none.</summary>
    public static string? FindScript()
    {
        string? servers = Environment.GetEnvironmentVariable("STREAMING_TEST_SERVERS");
        if (servers is null)
        {
            var root = new DirectoryInfo(AppContext.BaseDirectory);
            while (root is not null && !File.Exists(Path.Combine(root.FullName, "Streaming.sln")))
            {
                root = root.Parent;
            }

            servers = root is null ? null : Path.Combine(root.FullName, "..", "shared", "servers");
        }

        string? script = servers is null ? null : Path.Combine(servers, "kafka.sh");
        return File.Exists(script) ? Path.GetFullPath(script) : null;
    }

    public static async Task<KafkaServer> StartAsync(string script, CancellationToken cancellation)
    {
        int port = FreePort();
        string portText = port.ToString(CultureInfo.InvariantCulture);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("streaming-kafka-");
        Process broker = Process.Start(script, ["run", "--dir", folder.FullName, "--port", portText]);
        var server = new KafkaServer(broker, folder, port);
        using Process wait = Process.Start(script, ["wait", "--port", portText]);
        await wait.WaitForExitAsync(cancellation);
        if (wait.ExitCode != 0)
        {
            await server.DisposeAsync();
            throw new InvalidOperationException($"{script} started no broker on {server.Address}; its own words are above.");
        }

        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    // The broker takes the port for clients and the next one for its controller.
    private static int FreePort()
    {
        while (true)
        {
            using var clients = new TcpListener(IPAddress.Loopback, 0);
            clients.Start();
            int port = ((IPEndPoint)clients.LocalEndpoint).Port;
            try
            {
                using var controller = new TcpListener(IPAddress.Loopback, port + 1);
                controller.Start();
                return port;
            }
            catch (Exception taken) when (taken is SocketException or ArgumentOutOfRangeException)
            {
            }
        }
    }
}
