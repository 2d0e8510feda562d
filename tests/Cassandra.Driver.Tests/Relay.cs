using System.Net;
using System.Net.Sockets;

namespace Cassandra.Driver.Tests;

/// <summary>Stands between the driver and a node on loopback, and does to the bytes what a test wants.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private const int FrameHeader = 9;
    private static readonly byte[] Version5Refused = [0x84, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0x0A, 0, 6, .. "only 4"u8];
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _target;
    private readonly Task _accepting;
    private readonly List<Task> _passing = [];
    private TaskCompletionSource _open = Opened();

    /// <summary>Listens, and passes on.</summary>
    /// <param name="port">The server's port.</param>
    /// <param name="own">The port to listen on; 0 for a free one.</param>
    public Relay(int port, int own = 0)
    {
        _target = new IPEndPoint(IPAddress.Loopback, port);
        _listener = new TcpListener(IPAddress.Loopback, own);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether a start in version 5 is refused, as a server does that does not know it.</summary>
    public bool RefusesVersion5 { get; init; }

    /// <summary>Changes what the server answers; null to leave it.</summary>
    public Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>>? Answers { get; set; }

    /// <summary>From here on answers stay away.</summary>
    public void Mute() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>From here on answers come again, those that stayed away first.</summary>
    public void Unmute() => _open.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_passing);
        _stop.Dispose();
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                _passing.Add(PassAsync(client));
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var near = client;
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(_target, _stop.Token);
            var first = new byte[FrameHeader];
            await near.GetStream().ReadExactlyAsync(first, _stop.Token);
            if (RefusesVersion5 && first[0] == 5)
            {
                await near.GetStream().WriteAsync(Version5Refused, _stop.Token);
                near.Client.Shutdown(SocketShutdown.Send);
                await near.GetStream().CopyToAsync(Stream.Null, _stop.Token);
                return;
            }

            await far.GetStream().WriteAsync(first, _stop.Token);
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream(), _stop.Token), AnswerAsync(far.GetStream(), near.GetStream()));
        }
        catch (Exception ended) when (ended is OperationCanceledException or IOException or SocketException or InvalidOperationException)
        {
            // One of both has gone, and the other goes with it.
        }
    }

    private async Task AnswerAsync(Stream from, Stream to)
    {
        var buffer = new byte[16 << 10];
        int count;
        while ((count = await from.ReadAsync(buffer, _stop.Token)) > 0)
        {
            await _open.Task.WaitAsync(_stop.Token);
            ReadOnlyMemory<byte> chunk = buffer.AsMemory(0, count);
            await to.WriteAsync(Answers?.Invoke(chunk) ?? chunk, _stop.Token);
        }
    }
}
