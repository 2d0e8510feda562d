using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Streaming.Registry.Tests;

/// <summary>A real registry server, a process of its own, in memory.</summary>
public sealed class RealRegistry : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder;

    private RealRegistry(Process process, DirectoryInfo folder, int port)
    {
        _process = process;
        _folder = folder;
        Url = $"http://127.0.0.1:{port}/apis/ccompat/v7";
    }

    public string Url { get; }

    public int ProcessId => _process.Id;

    /// <summary>Starts one, or skips the running test where there is none to start.</summary>
    public static async Task<RealRegistry> StartAsync()
    {
        var script = Path.Combine(Environment.GetEnvironmentVariable("STREAMING_TEST_SERVERS") ?? Path.Combine(Repository.Root, "..", "shared", "servers"), "registry.sh");
        if (!File.Exists(script))
        {
            Assert.Skip($"No registry server: '{script}' is not there; name the folder of the test servers in STREAMING_TEST_SERVERS.");
        }

        var folder = Directory.CreateTempSubdirectory("registry-");
        var port = FreePort();
        var process = Process.Start("bash", [script, "run", "--dir", folder.FullName, "--port", $"{port}"]);
        var server = new RealRegistry(process, folder, port);
        using var waiting = Process.Start(new ProcessStartInfo("bash", [script, "wait", "--port", $"{port}", "--timeout", "120"]) { RedirectStandardOutput = true })!;
        await waiting.WaitForExitAsync();
        if (waiting.ExitCode != 0)
        {
            await server.DisposeAsync();
            Assert.Fail($"The registry of '{script}' did not answer within 120 s.");
        }

        return server;
    }

    /// <summary>Stops the process where it stands, as a machine that hangs.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    /// <summary>Lets it go on.</summary>
    public Task ThawAsync() => SignalAsync("-CONT");

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, $"{_process.Id}"]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
