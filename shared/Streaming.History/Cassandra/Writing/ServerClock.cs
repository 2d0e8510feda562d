using Cassandra;

namespace Streaming.History.Cassandra.Writing;

/// <summary>The cluster's own time, by which it counts how long rows have to live: a wrong clock on this host changes nothing.</summary>
internal sealed class ServerClock(CassandraConnection connection, TimeProvider time)
{
    private static readonly TimeSpan Trust = TimeSpan.FromMinutes(1);

    private Told? _told;

    /// <summary>Milliseconds since 1970.</summary>
    /// <exception cref="HistoryException">The cluster has never told, and cannot be asked.</exception>
    public async Task<long> NowAsync(CancellationToken cancellation)
    {
        var told = Volatile.Read(ref _told);
        if (told is null || time.GetElapsedTime(told.Asked) > Trust)
        {
            told = await AskAsync(told, cancellation).ConfigureAwait(false);
            Volatile.Write(ref _told, told);
        }

        return told.Milliseconds + (long)time.GetElapsedTime(told.Asked).TotalMilliseconds;
    }

    private async Task<Told> AskAsync(Told? before, CancellationToken cancellation)
    {
        var asked = time.GetTimestamp();
        try
        {
            var rows = await connection.ExecuteAsync(new SimpleStatement("SELECT toUnixTimestamp(now()) FROM system.local").SetIdempotence(true), cancellation).ConfigureAwait(false);
            return new Told(rows.First().GetValue<long>(0), asked);
        }
        catch (HistoryUnavailableException) when (before is not null)
        {
            return before; // what was told last and the time since then serve as well
        }
    }

    private sealed record Told(long Milliseconds, long Asked);
}
