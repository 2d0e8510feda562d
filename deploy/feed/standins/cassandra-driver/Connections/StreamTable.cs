using Cassandra.Wire;

namespace Cassandra.Connections;

/// <summary>The requests in flight on one connection, by stream id. Guarded by its owner.</summary>
internal sealed class StreamTable(int limit)
{
    private const int Initial = 64;
    private readonly int _limit = limit;
    private readonly Stack<short> _free = new(Initial);
    private Slot[] _slots = new Slot[Math.Min(Initial, limit)];
    private int _used;

    private enum State : byte
    {
        Free,
        Waiting,

        // The request was given up, but its answer may yet come, so its id must not be used again.
        GivenUp,
    }

    /// <summary>Ids that are not free.</summary>
    public int InFlight { get; private set; }

    /// <summary>Requests that were given up and whose answer has not come.</summary>
    public int GivenUp { get; private set; }

    public bool IsFull => InFlight >= _limit;

    public short Add(IOperation operation, int timeoutMillis, long deadline)
    {
        if (!_free.TryPop(out var stream))
        {
            if (_used == _slots.Length)
            {
                Array.Resize(ref _slots, Math.Min(_slots.Length * 2, _limit));
            }

            stream = (short)_used++;
        }

        _slots[stream] = new Slot(operation, timeoutMillis, deadline, State.Waiting);
        InFlight++;
        return stream;
    }

    /// <summary>Frees an id of which no request was sent.</summary>
    public void Undo(short stream) => Free(stream);

    /// <summary>Takes out what an answer is for; null where the request was given up.</summary>
    /// <exception cref="DriverInternalError">Nothing is in flight under this id.</exception>
    public IOperation? Take(short stream)
    {
        if (stream < 0 || stream >= _used || _slots[stream].State == State.Free)
        {
            throw BodyReader.Malformed($"an answer came for stream {stream}, on which nothing was asked");
        }

        var slot = _slots[stream];
        Free(stream);
        if (slot.State == State.GivenUp)
        {
            GivenUp--;
            return null;
        }

        return slot.Operation;
    }

    /// <summary>Gives up what is due, each with the time that it had.</summary>
    public void TakeDue(long now, List<(IOperation Operation, int TimeoutMillis)> due)
    {
        for (var at = 0; at < _used; at++)
        {
            ref var slot = ref _slots[at];
            if (slot.State == State.Waiting && slot.Deadline <= now)
            {
                due.Add((slot.Operation!, slot.TimeoutMillis));
                slot = new Slot(null, 0, 0, State.GivenUp);
                GivenUp++;
            }
        }
    }

    /// <summary>Takes out everything.</summary>
    public List<IOperation> TakeAll()
    {
        var all = _slots.Where(slot => slot.State == State.Waiting).Select(slot => slot.Operation!).ToList();
        Array.Clear(_slots);
        InFlight = 0;
        return all;
    }

    private void Free(short stream)
    {
        _slots[stream] = default;
        _free.Push(stream);
        InFlight--;
    }

    private readonly record struct Slot(IOperation? Operation, int TimeoutMillis, long Deadline, State State);
}
