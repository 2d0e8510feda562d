using System.Runtime.CompilerServices;
using Streaming.History.Cassandra.Reading;
using Streaming.History.Cassandra.Schema;
using Streaming.History.Cassandra.Tables;
using Streaming.History.Cassandra.Writing;
using Streaming.History.Queries;
using Streaming.History.Rows;

namespace Streaming.History.Cassandra;

/// <summary>
/// The history in a Cassandra cluster. Written rows are acknowledged by a local quorum of their replicas when the call completes. Any number of processes may
/// write and read at once; <c>docs/HISTORY.md</c> describes the tables for those who read them with other programs.
/// </summary>
public sealed class CassandraHistory : IHistory
{
    private readonly CassandraConnection _connection;
    private readonly CassandraTables _tables;
    private readonly CassandraWriter _writer;
    private readonly CassandraReader _reader;

    private CassandraHistory(CassandraConnection connection, CassandraTables tables, CassandraWriter writer)
    {
        _connection = connection;
        _tables = tables;
        _writer = writer;
        _reader = new CassandraReader(connection, tables);
    }

    /// <inheritdoc/>
    public string Identity => $"cassandra:{_connection.Options.ContactPoints}/{_connection.Options.Keyspace}";

    /// <summary>Rows that were not written since this was opened, because their retention was over already.</summary>
    public long RowsExpired => _writer.Expired;

    /// <summary>Requests that may be under way at once: it follows from how fast the cluster answers.</summary>
    public int InFlightLimit => _writer.InFlightLimit;

    /// <summary>Connects, and brings the tables up to date where the options say so.</summary>
    /// <param name="options">Where it is.</param>
    /// <param name="time">The clock that waits go by; the system's by default.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="ArgumentException">The options break rules; every one is named.</exception>
    /// <exception cref="HistoryUnavailableException">The cluster cannot be used now.</exception>
    /// <exception cref="HistoryUnusableException">It refuses us, or its tables are not those of this program.</exception>
    public static async Task<CassandraHistory> OpenAsync(CassandraHistoryOptions options, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        var clock = time ?? TimeProvider.System;
        if (options.Migrate)
        {
            await MigrateAsync(options, clock, cancellation).ConfigureAwait(false);
        }

        var connection = await ConnectAsync(options, cancellation).ConfigureAwait(false);
        try
        {
            await new CassandraMigrations(connection, MigrationScript.All, clock).RequireAsync(cancellation).ConfigureAwait(false);
            var names = new FeatureNames();
            var tables = new CassandraTables(names);
            return new CassandraHistory(connection, tables, await CassandraWriter.OpenAsync(connection, tables, names, clock, cancellation).ConfigureAwait(false));
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Makes the keyspace where it is missing, and brings its tables up to date. Any number of processes may do so at once.</summary>
    /// <returns>The names of the scripts that were applied; empty where all was done.</returns>
    /// <exception cref="ArgumentException">The options break rules; every one is named.</exception>
    /// <exception cref="HistoryUnavailableException">The cluster cannot be used now.</exception>
    /// <exception cref="HistoryUnusableException">It refuses us, or its tables are not those of this program.</exception>
    public static Task<IReadOnlyList<string>> MigrateAsync(CassandraHistoryOptions options, TimeProvider? time = null, CancellationToken cancellation = default) =>
        MigrateAsync(options, MigrationScript.All, time ?? TimeProvider.System, cancellation);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RefusedRow>> WriteAsync(IReadOnlyList<HistoryRow> rows, CancellationToken cancellation) => _writer.WriteAsync(rows, cancellation);

    /// <inheritdoc/>
    public async IAsyncEnumerable<VectorRow> VectorsAsync(VectorQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var rows = _reader.VectorsAsync(query, cancellation);
        if (query.Revisions == Revisions.Highest)
        {
            rows = rows.Counting(query.NewestFirst, static row => (row.EntityId, row.BucketStart, row.FeatureSet, row.FeatureSetVersion, row.FeatureSetHash));
        }

        await foreach (var row in rows.Limited(query.Limit).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PredictionRow> PredictionsAsync(PredictionQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var rows = _reader.PredictionsAsync(query, _tables.Predictions.Columns, _tables.Predictions.Read, cancellation);
        if (query.Revisions == Revisions.Highest)
        {
            rows = rows.Counting(query.NewestFirst, static row => (row.EntityId, row.BucketStart, row.Deployment, row.ModelSha256, row.FeatureSetHash));
        }

        await foreach (var row in rows.Limited(query.Limit).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<DeployedPrediction> DeployedPredictionsAsync(PredictionQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var rows = _reader.PredictionsAsync(query, _tables.Predictions.DeployedColumns, PredictionTable.ReadDeployed, cancellation);
        await foreach (var row in rows.Limited(query.Limit).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LabelRow> LabelsAsync(LabelQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var row in _reader.LabelsAsync(query, cancellation).Limited(query.Limit).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> EntitiesAsync(TimeRange range, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var entity in await _reader.EntitiesAsync(range, cancellation).ConfigureAwait(false))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return entity;
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<DeploymentRow> DeploymentsAsync(string? deployment = null, CancellationToken cancellation = default) =>
        _reader.AllAsync(_tables.Deployments, deployment, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<JobRow> JobsAsync(string? jobId = null, CancellationToken cancellation = default) =>
        _reader.AllAsync(_tables.Jobs, jobId, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<FeatureSetRow> FeatureSetsAsync(string? name = null, CancellationToken cancellation = default) =>
        _reader.AllAsync(_tables.FeatureSets, name, cancellation);

    /// <inheritdoc/>
    /// <remarks>Reads the key of every row, so it takes about as long as reading all of them.</remarks>
    public Task<HistoryCounts> CountAsync(CancellationToken cancellation = default) => _reader.CountAsync(cancellation);

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    internal static async Task<IReadOnlyList<string>> MigrateAsync(
        CassandraHistoryOptions options, IReadOnlyList<MigrationScript> scripts, TimeProvider time, CancellationToken cancellation)
    {
        Check(options);
        var outside = await CassandraConnection.OpenAsync(options, keyspace: null, cancellation).ConfigureAwait(false);
        await using (outside.ConfigureAwait(false))
        {
            await CassandraMigrations.EnsureKeyspaceAsync(outside, cancellation).ConfigureAwait(false);
        }

        var connection = await CassandraMigrations.PatientlyAsync(() => CassandraConnection.OpenAsync(options, options.Keyspace, cancellation), time, cancellation).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            return await new CassandraMigrations(connection, scripts, time).ApplyAsync(cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<CassandraConnection> ConnectAsync(CassandraHistoryOptions options, CancellationToken cancellation)
    {
        Check(options);
        var outside = await CassandraConnection.OpenAsync(options, keyspace: null, cancellation).ConfigureAwait(false);
        await using (outside.ConfigureAwait(false))
        {
            await CassandraMigrations.RequireKeyspaceAsync(outside, cancellation).ConfigureAwait(false);
        }

        return await CassandraConnection.OpenAsync(options, options.Keyspace, cancellation).ConfigureAwait(false);
    }

    private static void Check(CassandraHistoryOptions options)
    {
        if (options.Validate() is { Count: > 0 } errors)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, errors), nameof(options));
        }
    }
}
