using Cassandra;
using Streaming.History.Cassandra.Schema;
using Streaming.History.Cassandra.Tables;
using Streaming.History.Rows;

namespace Streaming.History.Cassandra.Writing;

/// <summary>
/// Writes rows by idempotent requests, several at once. A request that fails because of the cluster is repeated with growing waits; once nothing at all has
/// succeeded for a while, the store is unavailable. A row that the server refuses is told apart from its neighbours and from tables that are not as they must be.
/// </summary>
internal sealed class CassandraWriter
{
    private const int NamedAtOnce = 1000;
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly CassandraConnection _connection;
    private readonly CassandraTables _tables;
    private readonly IReadOnlyDictionary<CassandraTable, PreparedStatement> _inserts;
    private readonly TimeProvider _time;
    private readonly InFlightLimit _limit;
    private readonly IndexMemory _written;
    private readonly ServerClock? _clock;
    private readonly VectorNaming _naming;
    private long _lastSuccess;
    private long _expired;

    private CassandraWriter(CassandraConnection connection, CassandraTables tables, IReadOnlyDictionary<CassandraTable, PreparedStatement> inserts, FeatureNames names, TimeProvider time)
    {
        _naming = new VectorNaming(connection, tables, names);
        _connection = connection;
        _tables = tables;
        _inserts = inserts;
        _time = time;
        _limit = new InFlightLimit(connection.Options.MaxInFlight, connection.Options.LatencyTarget);
        _written = new IndexMemory(connection.Options.RememberedEntries);
        _clock = connection.Options.Retention is null ? null : new ServerClock(connection, time);
    }

    /// <summary>Rows that were not written because their time was over.</summary>
    public long Expired => Interlocked.Read(ref _expired);

    /// <summary>Requests that may be under way at once, as it is now.</summary>
    public int InFlightLimit => _limit.Limit;

    /// <summary>A writer whose statements are prepared.</summary>
    /// <exception cref="HistoryException">They cannot be.</exception>
    public static async Task<CassandraWriter> OpenAsync(
        CassandraConnection connection, CassandraTables tables, FeatureNames names, TimeProvider time, CancellationToken cancellation)
    {
        var inserts = new Dictionary<CassandraTable, PreparedStatement>();
        foreach (var table in tables.All)
        {
            inserts.Add(table, await connection.PrepareAsync(table.Insert(connection.Options.Retention is not null), cancellation).ConfigureAwait(false));
        }

        return new CassandraWriter(connection, tables, inserts, names, time);
    }

    /// <inheritdoc cref="IHistoryWriter.WriteAsync"/>
    public async Task<IReadOnlyList<RefusedRow>> WriteAsync(IReadOnlyList<HistoryRow> rows, CancellationToken cancellation)
    {
        var unknown = await _naming.UnknownAsync(rows, cancellation).ConfigureAwait(false);
        var life = new RowLife(_clock is null ? 0 : await _clock.NowAsync(cancellation).ConfigureAwait(false), _connection.Options.Retention);
        var refused = new SortedDictionary<int, string>();
        await WriteRowsAsync(rows, life, refused, cancellation).ConfigureAwait(false);

        // After the rows, so that no index names an entity for a row that was refused. Whoever dies in between writes the rows again, and then the index.
        var entries = Entries(rows, unknown, refused);
        var plan = new WritePlan(_connection.Options, _tables, _inserts, life);
        entries.ForEach(plan.Add);
        await SendAsync(plan.Units, refused, cancellation).ConfigureAwait(false);
        _written.Add(entries.Where(entry => !refused.ContainsKey(entry.Row)).Select(entry => entry.Key));
        await NameAsync(rows, unknown, life, cancellation).ConfigureAwait(false);
        return [.. refused.Select(row => new RefusedRow(row.Key, row.Value))];
    }

    private async Task WriteRowsAsync(IReadOnlyList<HistoryRow> rows, RowLife life, SortedDictionary<int, string> refused, CancellationToken cancellation)
    {
        var plan = new WritePlan(_connection.Options, _tables, _inserts, life);
        for (var index = 0; index < rows.Count; index++)
        {
            if (plan.Add(rows[index], index) is { } reason)
            {
                refused.Add(index, reason);
            }
        }

        await SendAsync(plan.Units, refused, cancellation).ConfigureAwait(false);
        Interlocked.Add(ref _expired, plan.Expired);
    }

    /// <summary>Fills names in where a feature set has come, by these rows or since they were begun.</summary>
    private async Task NameAsync(IReadOnlyList<HistoryRow> rows, List<FeatureSetKey> unknown, RowLife life, CancellationToken cancellation)
    {
        var still = await _naming.StillUnknownAsync(unknown, cancellation).ConfigureAwait(false);
        foreach (var set in rows.OfType<FeatureSetRow>().Select(FeatureSetKey.Of).Concat(unknown.Except(still)).Distinct())
        {
            var unnamed = new List<HistoryRow>();
            await foreach (var row in _naming.UnnamedAsync(set, cancellation).ConfigureAwait(false))
            {
                unnamed.Add(row);
                if (unnamed.Count >= NamedAtOnce)
                {
                    await WriteRowsAsync(unnamed, life, [], cancellation).ConfigureAwait(false);
                    unnamed.Clear();
                }
            }

            await WriteRowsAsync(unnamed, life, [], cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The index entries that the rows need and that are not known to be written.</summary>
    private List<IndexEntry> Entries(IReadOnlyList<HistoryRow> rows, List<FeatureSetKey> unknown, SortedDictionary<int, string> refused)
    {
        var seen = new HashSet<IndexEntry>();
        var entries = new List<IndexEntry>();
        for (var index = 0; index < rows.Count; index++)
        {
            if (refused.ContainsKey(index))
            {
                continue;
            }

            var needed = IndexEntry.Of(rows[index], index, _tables);
            if (rows[index] is VectorRow vector && unknown.Contains(FeatureSetKey.Of(vector)))
            {
                needed = needed.Append(IndexEntry.OfUnnamed(vector, index, _tables));
            }

            foreach (var entry in needed)
            {
                if (seen.Add(entry with { Row = 0 }) && !_written.Contains(entry.Key))
                {
                    entries.Add(entry);
                }
            }
        }

        return entries;
    }

    private async Task SendAsync(IReadOnlyList<WriteUnit> units, SortedDictionary<int, string> refused, CancellationToken cancellation)
    {
        using var giving = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var since = _time.GetTimestamp();
        var sending = new List<Task>(units.Count);
        try
        {
            foreach (var unit in units)
            {
                await _limit.EnterAsync(giving.Token).ConfigureAwait(false);
                sending.Add(SendAsync(unit, since, refused, giving));
            }
        }
        catch (OperationCanceledException) when (giving.IsCancellationRequested)
        {
            // Those under way say why.
        }

        await Task.WhenAll(sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        if (sending.Find(task => task.IsFaulted) is { } failed)
        {
            await failed.ConfigureAwait(false);
        }
    }

    /// <summary>Sends a unit, for which there is a place among those in flight, until it is written.</summary>
    private async Task SendAsync(WriteUnit unit, long since, SortedDictionary<int, string> refused, CancellationTokenSource giving)
    {
        try
        {
            var believed = false;
            for (var attempt = 0; ; attempt++)
            {
                switch (await TryAsync(unit, since, giving.Token).ConfigureAwait(false))
                {
                    case null:
                        return;
                    case { Fault: CassandraFault.Refused } when unit.Count > 1:
                        await SplitAsync(unit, since, refused, giving).ConfigureAwait(false);
                        return;
                    case { Fault: CassandraFault.Refused } refusal when believed:
                        Refuse(unit, refusal.Reason, refused);
                        return;
                    case { Fault: CassandraFault.Refused }:
                        await CheckTablesAsync(giving.Token).ConfigureAwait(false);
                        believed = true;
                        break;
                    default:
                        believed = false;
                        await Task.Delay(Wait(attempt), _time, giving.Token).ConfigureAwait(false);
                        break;
                }

                await _limit.EnterAsync(giving.Token).ConfigureAwait(false);
            }
        }
        catch (HistoryException)
        {
            await giving.CancelAsync().ConfigureAwait(false); // the others need not go on
            throw;
        }
    }

    private async Task<Failure?> TryAsync(WriteUnit unit, long since, CancellationToken cancellation)
    {
        var start = _time.GetTimestamp();
        var overloaded = false;
        try
        {
            await _connection.Session.ExecuteAsync(unit.ToStatement()).WaitAsync(cancellation).ConfigureAwait(false);
            Interlocked.Exchange(ref _lastSuccess, _time.GetTimestamp());
            return null;
        }
        catch (Exception failure) when (CassandraFaults.Of(failure) is { } fault)
        {
            overloaded = fault == CassandraFault.Unavailable;
            if (fault == CassandraFault.Refused)
            {
                return new Failure(fault, failure.Message);
            }

            if (fault == CassandraFault.Unusable || _time.GetElapsedTime(Math.Max(since, Interlocked.Read(ref _lastSuccess))) > _connection.Options.GiveUpAfter)
            {
                throw _connection.Translate(fault, failure, "did not take a write");
            }

            return new Failure(fault, failure.Message);
        }
        finally
        {
            _limit.Exit(_time.GetElapsedTime(start), overloaded);
        }
    }

    private async Task SplitAsync(WriteUnit unit, long since, SortedDictionary<int, string> refused, CancellationTokenSource giving)
    {
        foreach (var single in unit.Split())
        {
            await _limit.EnterAsync(giving.Token).ConfigureAwait(false);
            await SendAsync(single, since, refused, giving).ConfigureAwait(false);
        }
    }

    // Is it the row, or are the tables no longer what they were, or does a node that was away not know them yet? In the last case it takes the row now.
    private async Task CheckTablesAsync(CancellationToken cancellation)
    {
        await TableCheck.RequireAsync(_connection, _tables, cancellation).ConfigureAwait(false);
        await _connection.AgreeAsync(cancellation).ConfigureAwait(false);
    }

    private static void Refuse(WriteUnit unit, string reason, SortedDictionary<int, string> refused)
    {
        lock (refused)
        {
            refused.TryAdd(unit.FirstRow, $"Cassandra: {reason}");
        }
    }

    private static TimeSpan Wait(int attempt)
    {
        var mean = Math.Min(LongestWait.TotalMilliseconds, FirstWait.TotalMilliseconds * (1L << Math.Min(attempt, 20)));
        return TimeSpan.FromMilliseconds(mean * (0.5 + Random.Shared.NextDouble()));
    }

    private sealed record Failure(CassandraFault Fault, string Reason);
}
