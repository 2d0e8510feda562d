using Cassandra;

namespace Streaming.History.Cassandra.Schema;

/// <summary>
/// Brings a keyspace's tables to this program's version: each script once, in order, by one at a time. What was applied stands in <c>schema_migrations</c>
/// with the checksum of its text.
/// </summary>
internal sealed class CassandraMigrations(CassandraConnection connection, IReadOnlyList<MigrationScript> scripts, TimeProvider time)
{
    private static readonly TimeSpan YoungPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan YoungLimit = TimeSpan.FromSeconds(10);

    private int Known => scripts[^1].Number;

    private string Keyspace => connection.Options.Keyspace;

    /// <summary>The statement that makes a keyspace.</summary>
    public static string KeyspaceStatement(CassandraHistoryOptions options)
    {
        var replication = options.Replication.Contains(':', StringComparison.Ordinal)
            ? "'class': 'NetworkTopologyStrategy', " + string.Join(", ", options.Replication.Split(',').Select(part => part.Split(':')).Select(part => $"'{part[0]}': {part[1]}"))
            : $"'class': 'SimpleStrategy', 'replication_factor': {options.Replication}";
        return $"CREATE KEYSPACE IF NOT EXISTS {options.Keyspace} WITH replication = {{{replication}}}";
    }

    /// <summary>Makes the keyspace where it is not there. The connection need not be in one.</summary>
    public static async Task EnsureKeyspaceAsync(CassandraConnection connection, CancellationToken cancellation)
    {
        if (!await HasKeyspaceAsync(connection, cancellation).ConfigureAwait(false))
        {
            await ChangeAsync(connection, KeyspaceStatement(connection.Options), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Requires the keyspace. The connection need not be in one.</summary>
    /// <exception cref="HistoryUnusableException">It is not there.</exception>
    public static async Task RequireKeyspaceAsync(CassandraConnection connection, CancellationToken cancellation)
    {
        if (!await HasKeyspaceAsync(connection, cancellation).ConfigureAwait(false))
        {
            throw new HistoryUnusableException($"the cluster has no keyspace '{connection.Options.Keyspace}'; run 'streaming history migrate', or set {CassandraHistoryOptions.Section}:{nameof(CassandraHistoryOptions.Migrate)} = true.");
        }
    }

    /// <summary>Applies what is missing.</summary>
    /// <returns>The names of the scripts that were applied.</returns>
    /// <exception cref="HistoryUnusableException">The tables are of a newer program, or of scripts with other texts.</exception>
    /// <exception cref="HistoryUnavailableException">The cluster cannot do it now.</exception>
    public async Task<IReadOnlyList<string>> ApplyAsync(CancellationToken cancellation)
    {
        var turn = new SchemaLock(connection, time);
        await PatientlyAsync(
            async () =>
            {
                await EnsureBookAsync(cancellation).ConfigureAwait(false);
                await turn.EnterAsync(cancellation).ConfigureAwait(false);
                return true;
            },
            time,
            cancellation).ConfigureAwait(false);
        try
        {
            var applied = await PatientlyAsync(() => AppliedAsync(cancellation), time, cancellation).ConfigureAwait(false);
            Verify(applied);
            var names = new List<string>();
            foreach (var script in scripts.Where(script => applied.All(done => done.Number != script.Number)))
            {
                foreach (var statement in script.Statements)
                {
                    await turn.RenewAsync(cancellation).ConfigureAwait(false);
                    await ChangeAsync(connection, statement, cancellation).ConfigureAwait(false);
                }

                await NoteAsync(script, cancellation).ConfigureAwait(false);
                names.Add(script.Name);
            }

            await TableSettings.ApplyAsync(connection, statement => ChangeAsync(connection, statement, cancellation), cancellation).ConfigureAwait(false);
            return names;
        }
        finally
        {
            await turn.ExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Requires tables that this program can use.</summary>
    /// <exception cref="HistoryUnusableException">They are older, too new, or of scripts with other texts.</exception>
    public async Task RequireAsync(CancellationToken cancellation)
    {
        var tables = await connection.ListAsync("SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?", ConsistencyLevel.LocalQuorum, cancellation, Keyspace).ConfigureAwait(false);
        var applied = tables.Any(row => row.GetValue<string>(0) == "schema_migrations") ? await AppliedAsync(cancellation).ConfigureAwait(false) : [];
        Verify(applied);
        if (scripts.FirstOrDefault(script => applied.All(done => done.Number != script.Number)) is { } missing)
        {
            throw new HistoryUnusableException(
                $"the keyspace '{Keyspace}' has tables of version {(applied.Count == 0 ? 0 : applied.Max(done => done.Number))}, and this program needs version {Known} ({missing.Name} is missing); run 'streaming history migrate', or set {CassandraHistoryOptions.Section}:{nameof(CassandraHistoryOptions.Migrate)} = true.");
        }
    }

    /// <summary>Repeats for a while what a server refuses: where several make the same keyspace or table at once, the one that finds it made may find it unusable for a moment.</summary>
    public static async Task<T> PatientlyAsync<T>(Func<Task<T>> action, TimeProvider time, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await action().ConfigureAwait(false);
            }
            catch (HistoryUnusableException young) when (young.InnerException is QueryValidationException and not UnauthorizedException && time.GetElapsedTime(start) < YoungLimit)
            {
                await Task.Delay(YoungPause, time, cancellation).ConfigureAwait(false);
            }
        }
    }

    private static async Task<bool> HasKeyspaceAsync(CassandraConnection connection, CancellationToken cancellation)
    {
        var found = await connection.ListAsync("SELECT keyspace_name FROM system_schema.keyspaces WHERE keyspace_name = ?", ConsistencyLevel.LocalQuorum, cancellation, connection.Options.Keyspace).ConfigureAwait(false);
        return found.Count > 0;
    }

    private static async Task ChangeAsync(CassandraConnection connection, string statement, CancellationToken cancellation)
    {
        await connection.ExecuteAsync(new SimpleStatement(statement).SetIdempotence(true), cancellation).ConfigureAwait(false);
        await connection.AgreeAsync(cancellation).ConfigureAwait(false);
    }

    private async Task EnsureBookAsync(CancellationToken cancellation)
    {
        var found = await connection.ListAsync("SELECT table_name FROM system_schema.tables WHERE keyspace_name = ?", ConsistencyLevel.LocalQuorum, cancellation, Keyspace).ConfigureAwait(false);
        var there = found.Select(row => row.GetValue<string>(0)).ToHashSet();
        if (!there.Contains("schema_lock"))
        {
            await ChangeAsync(connection, "CREATE TABLE IF NOT EXISTS schema_lock (name text PRIMARY KEY, owner text) WITH comment = 'Who is changing the tables'", cancellation).ConfigureAwait(false);
        }

        if (!there.Contains("schema_migrations"))
        {
            await ChangeAsync(
                connection,
                "CREATE TABLE IF NOT EXISTS schema_migrations (history text, number int, name text, checksum text, compatible_from int, applied_at timestamp, PRIMARY KEY ((history), number)) WITH comment = 'Which scripts of deploy/cassandra were applied'",
                cancellation).ConfigureAwait(false);
        }
    }

    private async Task<List<Applied>> AppliedAsync(CancellationToken cancellation)
    {
        var rows = await connection.ListAsync("SELECT number, name, checksum, compatible_from FROM schema_migrations WHERE history = 'history'", ConsistencyLevel.Quorum, cancellation).ConfigureAwait(false);
        return [.. rows.Select(row => new Applied(row.GetValue<int>(0), row.GetValue<string>(1), row.GetValue<string>(2), row.GetValue<int>(3)))];
    }

    private async Task NoteAsync(MigrationScript script, CancellationToken cancellation)
    {
        var statement = new SimpleStatement(
            "INSERT INTO schema_migrations (history, number, name, checksum, compatible_from, applied_at) VALUES ('history', ?, ?, ?, ?, toTimestamp(now()))",
            script.Number, script.Name, script.Checksum, script.CompatibleFrom);
        await connection.ExecuteAsync(statement.SetConsistencyLevel(ConsistencyLevel.Quorum).SetIdempotence(true), cancellation).ConfigureAwait(false);
    }

    private void Verify(IReadOnlyList<Applied> applied)
    {
        foreach (var done in applied)
        {
            var script = scripts.FirstOrDefault(script => script.Number == done.Number);
            if (script is not null && script.Checksum != done.Checksum)
            {
                throw new HistoryUnusableException(
                    $"the keyspace '{Keyspace}' was made by a {done.Name} with another text (SHA-256 {done.Checksum[..12]}…, here {script.Checksum[..12]}…); a script never changes once it was applied: use the program that made the tables, or another keyspace.");
            }

            if (script is null && done.CompatibleFrom > Known)
            {
                throw new HistoryUnusableException(
                    $"the keyspace '{Keyspace}' has tables of version {done.Number}, which only programs that know version {done.CompatibleFrom} may use, and this one knows versions up to {Known}; use the newer program.");
            }
        }
    }

    private sealed record Applied(int Number, string Name, string Checksum, int CompatibleFrom);
}
