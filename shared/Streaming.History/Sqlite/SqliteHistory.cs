using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Streaming.History.Queries;
using Streaming.History.Rows;

namespace Streaming.History.Sqlite;

/// <summary>
/// The history in one SQLite file, which several processes of one host may write and read at once. Written rows are durable when the call completes: they
/// survive the process and the power.
/// </summary>
public sealed class SqliteHistory : IHistory
{
    private readonly SqliteDatabase _database;
    private readonly SqliteWriter _writer;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private bool _disposed;

    private SqliteHistory(SqliteDatabase database)
    {
        _database = database;
        _writer = new SqliteWriter(database);
    }

    /// <inheritdoc/>
    public string Identity => $"sqlite:{Path.GetFullPath(_database.Options.Path)}";

    /// <summary>Opens the file, making it and bringing its tables up to date where needed.</summary>
    /// <exception cref="ArgumentException">The options break rules; every one is named.</exception>
    /// <exception cref="HistoryUnavailableException">The file cannot be opened now.</exception>
    /// <exception cref="HistoryUnusableException">The file is not a history, or a newer program's.</exception>
    public static async Task<SqliteHistory> OpenAsync(SqliteHistoryOptions options, CancellationToken cancellation = default)
    {
        if (options.Validate() is { Count: > 0 } errors)
        {
            throw new ArgumentException(string.Join(Environment.NewLine, errors), nameof(options));
        }

        if (Path.GetDirectoryName(Path.GetFullPath(options.Path)) is { } directory)
        {
            Directory.CreateDirectory(directory);
        }

        var database = new SqliteDatabase(options);
        await database.RunAsync(
            () =>
            {
                using var connection = database.Open();
                SqliteMigrations.Apply(connection, options.Path);
                return true;
            },
            cancellation).ConfigureAwait(false);
        return new SqliteHistory(database);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<RefusedRow>> WriteAsync(IReadOnlyList<HistoryRow> rows, CancellationToken cancellation)
    {
        var refused = new List<RefusedRow>();
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var step = _database.Options.RowsPerTransaction;
            for (var start = 0; start < rows.Count; start += step)
            {
                var (from, to) = (start, Math.Min(rows.Count, start + step));
                refused.AddRange(await _database.RunAsync(() => _writer.Write(rows, from, to), cancellation).ConfigureAwait(false));
            }
        }
        finally
        {
            _writing.Release();
        }

        return refused;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<VectorRow> VectorsAsync(VectorQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var pages = Buckets(query)
            .Where("feature_set = @feature_set", "@feature_set", query.FeatureSet)
            .Where("feature_set_version = @version", "@version", query.FeatureSetVersion);
        var rows = Read(SqliteTables.Vectors, pages, cancellation);
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
        var rows = Read(SqliteTables.Predictions, Predictions(query), cancellation);
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
        var table = SqliteTables.Predictions;
        var rows = PageReader<DeployedPrediction>.ReadAsync(_database, table, table.DeployedColumns, Predictions(query), table.ReadDeployed, cancellation);
        await foreach (var row in rows.Limited(query.Limit).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LabelRow> LabelsAsync(LabelQuery query, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var (from, to) = (query.Range.From, query.Range.To);
        var days = PageQuery.DaysOf(query.Range);
        if (!query.Range.IsEmpty && await FirstIntervalDayAsync(from, cancellation).ConfigureAwait(false) is { } day)
        {
            days.First = Math.Min(days.First, day);
        }

        var times = new TimeRange(long.MinValue, to);
        var pages = new PageQuery { NewestFirst = query.NewestFirst, Days = days, Times = times, EntityId = query.EntityId }
            .Where("(CASE WHEN event_end IS NULL THEN event_time >= @touched ELSE event_end > @touched END)", "@touched", from)
            .Where("name = @name", "@name", query.Name)
            .Where("known_time <= @as_of", "@as_of", query.AsOf);
        var rows = Read(SqliteTables.Labels, pages, cancellation);
        await foreach (var row in rows.Limited(query.Limit).ConfigureAwait(false))
        {
            yield return row;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<string> EntitiesAsync(TimeRange range, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        foreach (var entity in await _database.RunAsync(() => SqliteEntities.Find(_database, range, cancellation), cancellation).ConfigureAwait(false))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return entity;
        }
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<DeploymentRow> DeploymentsAsync(string? deployment = null, CancellationToken cancellation = default) =>
        All(SqliteTables.Deployments, "deployment", deployment, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<JobRow> JobsAsync(string? jobId = null, CancellationToken cancellation = default) =>
        All(SqliteTables.Jobs, "job_id", jobId, cancellation);

    /// <inheritdoc/>
    public IAsyncEnumerable<FeatureSetRow> FeatureSetsAsync(string? name = null, CancellationToken cancellation = default) =>
        All(SqliteTables.FeatureSets, "name", name, cancellation);

    /// <inheritdoc/>
    public Task<HistoryCounts> CountAsync(CancellationToken cancellation = default) => _database.RunAsync(
        () =>
        {
            using var connection = _database.Open();
            return new HistoryCounts(
                Distinct(connection, SqliteTables.Vectors.Name, SqliteTables.Vectors.Identity),
                Distinct(connection, SqliteTables.Predictions.Name, SqliteTables.Predictions.Identity),
                Distinct(connection, SqliteTables.Labels.Name, [.. SqliteTables.Labels.Identity, "event_end", "source"]));
        },
        cancellation);

    /// <inheritdoc/>
    /// <remarks>Size and time of the file and of its log of writes.</remarks>
    public Task<string?> VersionAsync(CancellationToken cancellation = default)
    {
        var files = new[] { _database.Options.Path, _database.Options.Path + "-wal" }.Select(path => new FileInfo(path));
        return Task.FromResult<string?>(string.Join(' ', files.Select(file => file.Exists ? $"{file.Length}:{file.LastWriteTimeUtc.Ticks}" : "-")));
    }

    /// <summary>Closes the file, once a write under way has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await _writing.WaitAsync().ConfigureAwait(false);
        _writer.Dispose();
        _writing.Dispose();
    }

    private static long Distinct(SqliteConnection connection, string table, IReadOnlyList<string> columns) =>
        SqliteDatabase.Scalar(connection, $"SELECT count(*) FROM (SELECT DISTINCT {string.Join(", ", columns)} FROM {table})");

    private static PageQuery Buckets(HistoryQuery query) =>
        new PageQuery { NewestFirst = query.NewestFirst, Days = PageQuery.DaysOf(query.Range), Times = query.Range, EntityId = query.EntityId }
            .Where("known_time <= @as_of", "@as_of", query.AsOf);

    private static PageQuery Predictions(PredictionQuery query) => Buckets(query)
        .Where("deployment = @deployment", "@deployment", query.Deployment)
        .Where("model_name = @model", "@model", query.ModelName)
        .Where("model_version = @version", "@version", query.ModelVersion)
        .Where("stage = @stage", "@stage", query.Stage);

    private IAsyncEnumerable<TRow> All<TRow>(SqliteTable<TRow> table, string column, string? value, CancellationToken cancellation)
        where TRow : HistoryRow
    {
        var pages = new PageQuery().Where($"{column} = @value", "@value", value);
        return Read(table, pages, cancellation);
    }

    private IAsyncEnumerable<TRow> Read<TRow>(SqliteTable<TRow> table, PageQuery pages, CancellationToken cancellation)
        where TRow : HistoryRow =>
        PageReader<TRow>.ReadAsync(_database, table, table.Columns, pages, table.Read, cancellation);

    /// <summary>The day on which the earliest interval began that reaches beyond a time; null where there is none.</summary>
    private Task<long?> FirstIntervalDayAsync(long from, CancellationToken cancellation) => _database.RunAsync(
        () =>
        {
            using var connection = _database.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT min(day) FROM labels WHERE event_end IS NOT NULL AND event_end > @from";
            command.Parameters.AddWithValue("@from", from);
            return command.ExecuteScalar() as long?;
        },
        cancellation);
}
