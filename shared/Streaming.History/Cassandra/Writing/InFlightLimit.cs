namespace Streaming.History.Cassandra.Writing;

/// <summary>
/// Bounds the requests under way. As long as answers come fast the bound grows by steps; answers that come slowly make it smaller by a tenth, and a server that is
/// overloaded or silent halves it, so that it settles where the server is busy and its queues are short.
/// </summary>
/// <param name="most">The greatest bound.</param>
/// <param name="target">The mean answer time up to which it grows.</param>
internal sealed class InFlightLimit(int most, TimeSpan target)
{
    private const int First = 32;
    private const int GrowthDivisor = 8;

    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _limit = Math.Min(First, most);
    private int _inFlight;
    private int _answers;
    private TimeSpan _answerTime;
    private bool _overloaded;

    /// <summary>The bound as it is now.</summary>
    public int Limit
    {
        get
        {
            lock (_lock)
            {
                return _limit;
            }
        }
    }

    /// <summary>Completes when one more request may be sent.</summary>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task EnterAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var turn = Queue();
        await using (cancellation.Register(() => turn.TrySetCanceled(cancellation)).ConfigureAwait(false))
        {
            await turn.Task.ConfigureAwait(false);
        }
    }

    /// <summary>A request has ended.</summary>
    /// <param name="time">How long it took.</param>
    /// <param name="overloaded">Whether the server could not do it.</param>
    public void Exit(TimeSpan time, bool overloaded)
    {
        lock (_lock)
        {
            _inFlight--;
            _answers++;
            _answerTime += time;
            _overloaded |= overloaded;
            if (_answers >= _limit)
            {
                Adjust();
            }

            while (_inFlight < _limit && _waiting.TryDequeue(out var next))
            {
                _inFlight += next.TrySetResult() ? 1 : 0; // one that was given up takes no place
            }
        }
    }

    private TaskCompletionSource Queue()
    {
        lock (_lock)
        {
            var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_inFlight < _limit)
            {
                _inFlight++;
                turn.SetResult();
            }
            else
            {
                _waiting.Enqueue(turn);
            }

            return turn;
        }
    }

    // Once for as many answers as there are requests under way: a change shows in the answers that come after it.
    private void Adjust()
    {
        var mean = _answerTime / _answers;
        _limit = _overloaded ? Math.Max(1, _limit / 2)
            : mean > target ? Math.Max(1, _limit - Math.Max(1, _limit / 10))
            : Math.Min(most, _limit + Math.Max(1, _limit / GrowthDivisor));
        (_answers, _answerTime, _overloaded) = (0, TimeSpan.Zero, false);
    }
}
