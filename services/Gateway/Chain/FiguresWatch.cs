using Microsoft.Extensions.Logging;
using Streaming.Gateway.Models;
using Streaming.History;
using Streaming.History.Queries;

namespace Streaming.Gateway.Chain;

/// <summary>
/// The history's figures, read beside the looks and never in their way: reading them goes through all that is kept. They are read anew when the history
/// has changed, and so seldom that reading takes at most a thirtieth of the time. Whether it answers at all is tried every few seconds.
/// </summary>
internal sealed class FiguresWatch(IHistoryReader history, ModelCatalogue models, TimeProvider clock, ILogger log) : IAsyncDisposable
{
    private const int Share = 30;
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(3);

    // Should a change not show in the history's version.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    // What is read as quickly as this is in the look that asks for it.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _stopping = new();
    private volatile State _state = new(HistoryFigures.None, null, null);
    private Task _reading = Task.CompletedTask;
    private string? _version;
    private TimeSpan _took;
    private long? _triedAt;
    private long? _readAt;

    /// <summary>The newest figures.</summary>
    public HistoryFigures Figures => _state.Figures;

    /// <summary>The figures as they are known, and since when; begins to read them where it is time. Not for several threads at once.</summary>
    /// <returns>The figures; when they were read, in milliseconds since 1970, null where they never were; why they are older than they should be.</returns>
    public async Task<(HistoryFigures Figures, long? Time, string? Problem)> LookAsync(CancellationToken cancellation)
    {
        if (_reading.IsCompleted && (_triedAt is not { } at || clock.GetElapsedTime(at) >= Shortest))
        {
            _triedAt = clock.GetTimestamp();
            _reading = Task.Run(ReadAsync, CancellationToken.None);
        }

        await Task.WhenAny(_reading, Task.Delay(Moment, clock, cancellation));
        return (_state.Figures, _state.Time, _state.Problem);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            var problem = models.Look();
            var version = await history.VersionAsync(_stopping.Token);
            var age = _readAt is { } at ? clock.GetElapsedTime(at) : TimeSpan.MaxValue;
            if (age < Longest && version is not null && version == _version)
            {
                _state = _state with { Problem = problem };
                return;
            }

            if (age < _took * Share)
            {
                await TryAsync();
                _state = _state with { Problem = problem };
                return;
            }

            var begin = clock.GetTimestamp();
            var figures = await HistoryFigures.ReadAsync(history, models, _stopping.Token);
            _readAt = clock.GetTimestamp();
            _took = clock.GetElapsedTime(begin);
            _version = version;
            _state = new State(figures, clock.GetUtcNow().ToUnixTimeMilliseconds(), problem);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The gateway ends.
        }
        catch (HistoryException away)
        {
            _state = _state with { Problem = $"The history cannot be read: {away.Message}" };
        }
        catch (Exception unforeseen)
        {
            GatewayLog.LookFailed(log, unforeseen);
            _state = _state with { Problem = "The history cannot be read; the gateway's log has why." };
        }
    }

    private async Task TryAsync()
    {
        await foreach (var _ in history.PredictionsAsync(new PredictionQuery { NewestFirst = true, Limit = 1 }, _stopping.Token))
        {
            return;
        }
    }

    private sealed record State(HistoryFigures Figures, long? Time, string? Problem);
}
