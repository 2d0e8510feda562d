using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Streaming.Gateway.Telemetry;

namespace Streaming.Gateway.Chain;

/// <summary>Gives one look a second to everybody who watches, and looks at nothing while nobody does, but now and then for the metrics. A watcher that is slow misses looks; it never holds up others.</summary>
internal sealed class ChainFeed : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MeasuringPace = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<Channel<ReadOnlyMemory<byte>>, bool> _watchers = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ChainLook _look;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly int _mostWatchers;
    private readonly Task _running;
    private ChainAnswer? _given;
    private int _count;

    public ChainFeed(ChainLook look, int mostWatchers, TimeProvider clock, ILogger log)
    {
        _look = look;
        _mostWatchers = mostWatchers;
        _clock = clock;
        _log = log;
        _running = RunAsync();
    }

    /// <summary>Ends when the gateway does.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Begins to watch; null where too many do already.</summary>
    public Channel<ReadOnlyMemory<byte>>? TryWatch()
    {
        if (Interlocked.Increment(ref _count) > _mostWatchers)
        {
            Interlocked.Decrement(ref _count);
            return null;
        }

        var watcher = Channel.CreateBounded<ReadOnlyMemory<byte>>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        _watchers[watcher] = true;
        return watcher;
    }

    /// <summary>Ends a watch.</summary>
    public void Leave(Channel<ReadOnlyMemory<byte>> watcher)
    {
        if (_watchers.TryRemove(watcher, out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Ends every watch; the feed gives nothing more.</summary>
    public Task StopAsync() => _stopping.CancelAsync();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Pace, _clock);
        var last = _clock.GetTimestamp();
        while (await timer.WaitForNextTickAsync(_stopping.Token))
        {
            if (!_watchers.IsEmpty || (GatewayMeter.IsCollected && _clock.GetElapsedTime(last) >= MeasuringPace))
            {
                await LookAsync();
                last = _clock.GetTimestamp();
            }
        }
    }

    private async Task LookAsync()
    {
        try
        {
            var answer = await _look.GetAsync(_stopping.Token);
            if (ReferenceEquals(answer, _given))
            {
                return; // a tick that came late and the next one fall together
            }

            _given = answer;
            var look = JsonSerializer.SerializeToUtf8Bytes(answer, GatewayJson.Default.ChainAnswer);
            foreach (var watcher in _watchers.Keys)
            {
                watcher.Writer.TryWrite(look);
            }
        }
        catch (Exception unforeseen) when (unforeseen is not OperationCanceledException)
        {
            GatewayLog.LookFailed(_log, unforeseen); // those who watch hear nothing new; the next look may do
        }
    }
}
