using System.Globalization;
using System.Net.Sockets;
using Streaming.Testing.Collector;

namespace Streaming.Testing;

/// <summary>A real OpenTelemetry Collector: OTLP in, everything it received readable. What it got before a crash is kept.</summary>
public sealed class CollectorServer() : ServerFixture(variable: null, "collector")
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly List<string[]> _earlier = [];
    private readonly int _port = Ports.Take(2);
    private string _script = "";

    /// <summary>Where it takes OTLP over gRPC.</summary>
    public string GrpcUrl => UrlOf(_port);

    /// <summary>Where it takes OTLP over HTTP.</summary>
    public string HttpUrl => UrlOf(_port + 1);

    /// <summary>Everything received so far.</summary>
    public Received Read()
    {
        var received = new Received();
        _earlier.ForEach(received.Add);
        received.Add(ReadLines());
        return received;
    }

    /// <summary>Completes when what was received is as wanted.</summary>
    /// <exception cref="TimeoutException">It was not in time; the message has what was there.</exception>
    public async Task<Received> UntilAsync(Func<Received, bool> wanted, TimeSpan timeout)
    {
        using var patience = new CancellationTokenSource(timeout);
        while (true)
        {
            var received = Read();
            if (wanted(received))
            {
                return received;
            }

            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException($"The collector did not get what was awaited within {timeout.TotalSeconds} s. It has {received}");
            }

            await Task.Delay(200);
        }
    }

    /// <inheritdoc/>
    protected override async Task<string> BeginAsync()
    {
        _script = ServerScript.Require("otelcol.sh");
        await StartNodeAsync();
        return GrpcUrl;
    }

    /// <inheritdoc/>
    protected override ChildProcess Launch(int node)
    {
        _earlier.Add(ReadLines()); // it begins a new file
        return ChildProcess.Start("bash", [_script, "run", "--dir", Folder, "--grpc-port", Text(_port), "--http-port", Text(_port + 1)]);
    }

    /// <inheritdoc/>
    protected override async Task WaitAsync(int node, ChildProcess process)
    {
        using var patience = new CancellationTokenSource(StartTimeout);
        while (true)
        {
            try
            {
                foreach (var port in new[] { _port, _port + 1 })
                {
                    using var client = new TcpClient();
                    await client.ConnectAsync("127.0.0.1", port, patience.Token);
                }

                return;
            }
            catch (SocketException) when (!process.HasExited)
            {
                await Task.Delay(50, patience.Token);
            }
        }
    }

    private string[] ReadLines()
    {
        var log = Path.Combine(Folder, "received.log");
        if (!File.Exists(log))
        {
            return [];
        }

        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var text = reader.ReadToEnd();
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n'); // the last line may be half written
    }

    private static string UrlOf(int port) => $"http://127.0.0.1:{Text(port)}";

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
