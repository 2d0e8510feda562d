using Cassandra;

namespace Streaming.History.Cassandra.Schema;

/// <summary>Of several who want to change the tables at once, lets one do so. Whoever dies with it leaves it to expire.</summary>
internal sealed class SchemaLock(CassandraConnection connection, TimeProvider time)
{
    /// <summary>How long it is held without a sign of life.</summary>
    public static readonly TimeSpan Expiry = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly string _owner = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";

    /// <summary>Waits until it is free and takes it.</summary>
    /// <exception cref="HistoryUnavailableException">It was not free in time.</exception>
    public async Task EnterAsync(CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var taken = await AskAsync($"INSERT INTO schema_lock (name, owner) VALUES ('history', ?) IF NOT EXISTS USING TTL {Expiry.TotalSeconds:F0}", cancellation, _owner).ConfigureAwait(false);
            if (taken.IsApplied || taken.Owner == _owner)
            {
                return;
            }

            if (time.GetElapsedTime(start) > 3 * Expiry)
            {
                throw new HistoryUnavailableException($"the tables of keyspace '{connection.Options.Keyspace}' are being changed by {taken.Owner}, which has not ended in {3 * Expiry}; try again later.");
            }

            await Task.Delay(Pause * (0.5 + Random.Shared.NextDouble()), time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Says that it is still held.</summary>
    /// <exception cref="HistoryUnavailableException">It expired and another has it.</exception>
    public async Task RenewAsync(CancellationToken cancellation)
    {
        var kept = await AskAsync($"UPDATE schema_lock USING TTL {Expiry.TotalSeconds:F0} SET owner = ? WHERE name = 'history' IF owner = ?", cancellation, _owner, _owner).ConfigureAwait(false);
        if (!kept.IsApplied)
        {
            throw new HistoryUnavailableException($"changing the tables of keyspace '{connection.Options.Keyspace}' took longer than {Expiry} in one step, and another has begun it; try again.");
        }
    }

    /// <summary>Gives it back.</summary>
    public async Task ExitAsync(CancellationToken cancellation) =>
        await AskAsync("DELETE FROM schema_lock WHERE name = 'history' IF owner = ?", cancellation, _owner).ConfigureAwait(false);

    // Not idempotent, so that nothing but this repeats it: after a lost answer the owner shows whether it was done.
    private async Task<(bool IsApplied, string? Owner)> AskAsync(string text, CancellationToken cancellation, params object[] values)
    {
        var statement = new SimpleStatement(text, values).SetConsistencyLevel(ConsistencyLevel.Quorum).SetIdempotence(false);
        var row = (await connection.ExecuteAsync(statement, cancellation).ConfigureAwait(false)).First();
        return (row.GetValue<bool>("[applied]"), row.GetColumn("owner") is null || row.IsNull("owner") ? null : row.GetValue<string>("owner"));
    }
}
