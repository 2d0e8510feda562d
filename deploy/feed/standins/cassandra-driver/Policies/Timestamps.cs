namespace Cassandra;

/// <summary>Gives write times to statements that have none of their own.</summary>
public interface ITimestampGenerator
{
    /// <summary>A write time in microseconds since 1970; <see cref="long.MinValue"/> to leave it to the server.</summary>
    long Next();
}

/// <summary>The client's clock, never the same twice and never backwards.</summary>
public sealed class AtomicMonotonicTimestampGenerator : ITimestampGenerator
{
    private const int TicksPerMicrosecond = 10;
    private long _last;

    /// <inheritdoc/>
    public long Next()
    {
        while (true)
        {
            var last = Volatile.Read(ref _last);
            var next = Math.Max(last + 1, (TimeProvider.System.GetUtcNow().Ticks - DateTimeOffset.UnixEpoch.Ticks) / TicksPerMicrosecond);
            if (Interlocked.CompareExchange(ref _last, next, last) == last)
            {
                return next;
            }
        }
    }
}

/// <summary>Leaves write times to the server.</summary>
public sealed class ServerSideTimestampGenerator : ITimestampGenerator
{
    /// <summary>The one instance.</summary>
    public static readonly ServerSideTimestampGenerator Instance = new();

    private ServerSideTimestampGenerator()
    {
    }

    /// <inheritdoc/>
    public long Next() => long.MinValue;
}
