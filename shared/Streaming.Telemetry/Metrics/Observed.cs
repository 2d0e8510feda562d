namespace Streaming.Telemetry;

/// <summary>Things whose figures are read when metrics are collected: several of a kind may be at work in a process.</summary>
/// <typeparam name="T">The kind.</typeparam>
public sealed class Observed<T>
    where T : class
{
    private T[] _things = [];

    /// <summary>Those observed now.</summary>
    public IReadOnlyList<T> All => Volatile.Read(ref _things);

    /// <summary>Observes another one, until the result is disposed of.</summary>
    public IDisposable Add(T thing)
    {
        Replace(things => [.. things, thing]);
        return new Place(this, thing);
    }

    private void Replace(Func<T[], T[]> change)
    {
        var before = Volatile.Read(ref _things);
        while (Interlocked.CompareExchange(ref _things, change(before), before) is var seen && seen != before)
        {
            before = seen;
        }
    }

    private sealed class Place(Observed<T> owner, T thing) : IDisposable
    {
        public void Dispose() => owner.Replace(things => [.. things.Where(other => other != thing)]);
    }
}
