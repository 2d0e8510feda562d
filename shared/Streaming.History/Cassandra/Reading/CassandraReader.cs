using System.Runtime.CompilerServices;
using Cassandra;
using Streaming.History.Cassandra.Tables;
using Streaming.History.Queries;
using Streaming.History.Rows;

namespace Streaming.History.Cassandra.Reading;

/// <summary>Walks over the partitions that a question touches: day by day, in a day entity by entity, in a partition by its clustering.</summary>
internal sealed class CassandraReader
{
    private readonly CassandraConnection _connection;
    private readonly CassandraTables _tables;
    private readonly Statements _statements;
    private readonly DayIndex _index;

    public CassandraReader(CassandraConnection connection, CassandraTables tables)
    {
        _connection = connection;
        _tables = tables;
        _statements = new Statements(connection);
        _index = new DayIndex(connection, _statements);
    }

    /// <summary>Feature vectors, all revisions.</summary>
    public async IAsyncEnumerable<VectorRow> VectorsAsync(VectorQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var partitions = PartitionsAsync(CassandraTables.VectorKind, query, null, cancellation);
        await foreach (var row in BucketsAsync(_tables.Vectors, _tables.Vectors.Columns, partitions, query, cancellation).ConfigureAwait(false))
        {
            if (VectorTable.Matches(row, query))
            {
                yield return _tables.Vectors.Read(row);
            }
        }
    }

    /// <summary>Predictions, all revisions, each made of a row by <paramref name="read"/>.</summary>
    public async IAsyncEnumerable<T> PredictionsAsync<T>(
        PredictionQuery query, IReadOnlyList<string> columns, Func<Row, T> read, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Func<long, IAsyncEnumerable<string>>? entities = query is { ModelName: { } model, ModelVersion: { } version }
            ? day => _index.EntitiesOfModelAsync(model, version, day, query.NewestFirst, cancellation)
            : null;
        var partitions = PartitionsAsync(CassandraTables.PredictionKind, query, entities, cancellation);
        await foreach (var row in BucketsAsync(_tables.Predictions, columns, partitions, query, cancellation).ConfigureAwait(false))
        {
            if (PredictionTable.Matches(row, query))
            {
                yield return read(row);
            }
        }
    }

    /// <summary>Labels.</summary>
    public async IAsyncEnumerable<LabelRow> LabelsAsync(LabelQuery query, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var days = await _index.LabelDaysAsync(query.EntityId, query.Range, cancellation).ConfigureAwait(false);
        Func<long, IAsyncEnumerable<string>> entities = query.Name is { } name
            ? day => _index.EntitiesOfLabelAsync(name, day, query.NewestFirst, cancellation)
            : day => _index.EntitiesAsync(CassandraTables.LabelKind, day, query.NewestFirst, cancellation);
        var text = Select(_tables.Labels, _tables.Labels.Columns, "event_time <= ?", "event_time", query.NewestFirst);
        var last = Bound(query.Range.To - 1);
        var statements = BindAsync(PartitionsAsync(days, query, entities), partition => _statements.BindAsync(text, cancellation, partition.Entity, Days.Date(partition.Day), last));
        await foreach (var row in PageReader.ReadAsync(_connection, statements, _connection.Options.RowsPerPage, cancellation).ConfigureAwait(false))
        {
            var label = _tables.Labels.Read(row);
            if ((query.AsOf is not { } asOf || label.Origin.KnownTime <= asOf)
                && (query.Name is null || label.Name == query.Name)
                && (label.EventEnd is { } end ? end > query.Range.From : label.EventTime >= query.Range.From))
            {
                yield return label;
            }
        }
    }

    /// <summary>Every entity with a vector or prediction in a range.</summary>
    public async Task<IReadOnlyList<string>> EntitiesAsync(TimeRange range, CancellationToken cancellation)
    {
        var entities = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (kind, table) in new[] { (CassandraTables.VectorKind, _tables.Vectors.Name), (CassandraTables.PredictionKind, _tables.Predictions.Name) })
        {
            foreach (var day in await _index.DaysAsync(kind, null, range, cancellation).ConfigureAwait(false))
            {
                // An index entry outlives its rows by a day at most, so where rows expire they are looked at too.
                var surely = _connection.Options.Retention is null && range.Contains(day * Day.Milliseconds) && range.Contains(((day + 1) * Day.Milliseconds) - 1);
                await foreach (var entity in _index.EntitiesAsync(kind, day, false, cancellation).ConfigureAwait(false))
                {
                    if (!entities.Contains(entity) && (surely || await HasRowAsync(table, entity, day, range, cancellation).ConfigureAwait(false)))
                    {
                        entities.Add(entity);
                    }
                }
            }
        }

        return [.. entities.Order(Utf8Order.Instance)];
    }

    /// <summary>All rows of a table of few partitions, or those of one: by partition in the order of UTF-8 bytes, then against the clustering.</summary>
    public async IAsyncEnumerable<TRow> AllAsync<TRow>(CassandraTable<TRow> table, string? partition, [EnumeratorCancellation] CancellationToken cancellation)
        where TRow : HistoryRow
    {
        var key = table.Partition[0];
        var keys = partition is null ? await KeysAsync($"SELECT DISTINCT {key} FROM {table.Name}", cancellation).ConfigureAwait(false) : [partition];
        var text = $"SELECT {string.Join(", ", table.Columns)} FROM {table.Name} WHERE {key} = ? ORDER BY {table.Clustering[0]} ASC";
        var statements = BindAsync(keys.ToAsyncEnumerable(), value => _statements.BindAsync(text, cancellation, value));
        await foreach (var row in PageReader.ReadAsync(_connection, statements, _connection.Options.RowsPerPage, cancellation).ConfigureAwait(false))
        {
            yield return table.Read(row);
        }
    }

    /// <summary>How many different things are kept, by reading the keys of all.</summary>
    public async Task<HistoryCounts> CountAsync(CancellationToken cancellation)
    {
        var vectors = await CountAsync(_tables.Vectors, cancellation).ConfigureAwait(false);
        var predictions = await CountAsync(_tables.Predictions, cancellation).ConfigureAwait(false);
        var labels = 0L;
        (string, long, string) group = default;
        var distinct = new HashSet<(long?, string)>();
        var statement = await _statements.BindAsync("SELECT entity_id, event_time, name, event_end, source FROM labels", cancellation).ConfigureAwait(false);
        await foreach (var row in PageReader.ReadAsync(_connection, statement, QueryOptions.DefaultPageSize, cancellation).ConfigureAwait(false))
        {
            var next = (row.Text(0), row.Time(1), row.Text(2));
            if (next != group)
            {
                (group, labels) = (next, labels + distinct.Count);
                distinct.Clear();
            }

            distinct.Add((row.NullableTime(3), row.Text(4)));
        }

        return new HistoryCounts(vectors, predictions, labels + distinct.Count);
    }

    private static string Select(CassandraTable table, IReadOnlyList<string> columns, string times, string time, bool newestFirst) =>
        $"SELECT {string.Join(", ", columns)} FROM {table.Name} WHERE entity_id = ? AND day = ? AND {times} ORDER BY {time} {(newestFirst ? "DESC" : "ASC")}";

    private static DateTimeOffset Bound(long time) => DateTimeOffset.FromUnixTimeMilliseconds(
        Math.Clamp(time, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    private static async IAsyncEnumerable<BoundStatement> BindAsync<T>(IAsyncEnumerable<T> items, Func<T, Task<BoundStatement>> bind)
    {
        await foreach (var item in items.ConfigureAwait(false))
        {
            yield return await bind(item).ConfigureAwait(false);
        }
    }

    private static async IAsyncEnumerable<(string Entity, long Day)> PartitionsAsync(List<long> days, HistoryQuery query, Func<long, IAsyncEnumerable<string>> entities)
    {
        foreach (var day in query.NewestFirst ? Enumerable.Reverse(days) : days)
        {
            if (query.EntityId is { } one)
            {
                yield return (one, day);
                continue;
            }

            await foreach (var entity in entities(day).ConfigureAwait(false))
            {
                yield return (entity, day);
            }
        }
    }

    private async IAsyncEnumerable<(string Entity, long Day)> PartitionsAsync(
        string kind, HistoryQuery query, Func<long, IAsyncEnumerable<string>>? entities, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var days = await _index.DaysAsync(kind, query.EntityId, query.Range, cancellation).ConfigureAwait(false);
        await foreach (var partition in PartitionsAsync(days, query, entities ?? (day => _index.EntitiesAsync(kind, day, query.NewestFirst, cancellation))).ConfigureAwait(false))
        {
            yield return partition;
        }
    }

    private IAsyncEnumerable<Row> BucketsAsync(
        CassandraTable table, IReadOnlyList<string> columns, IAsyncEnumerable<(string Entity, long Day)> partitions, HistoryQuery query, CancellationToken cancellation)
    {
        var text = Select(table, columns, "bucket_start >= ? AND bucket_start <= ?", "bucket_start", query.NewestFirst);
        var (first, last) = (Bound(query.Range.From), Bound(query.Range.To - 1));
        var statements = BindAsync(partitions, partition => _statements.BindAsync(text, cancellation, partition.Entity, Days.Date(partition.Day), first, last));
        return PageReader.ReadAsync(_connection, statements, _connection.Options.RowsPerPage, cancellation);
    }

    private async Task<bool> HasRowAsync(string table, string entity, long day, TimeRange range, CancellationToken cancellation)
    {
        var statement = await _statements.BindAsync(
            $"SELECT bucket_start FROM {table} WHERE entity_id = ? AND day = ? AND bucket_start >= ? AND bucket_start <= ? LIMIT 1",
            cancellation, entity, Days.Date(day), Bound(range.From), Bound(range.To - 1)).ConfigureAwait(false);
        return (await _connection.ExecuteAsync(statement.SetIdempotence(true), cancellation).ConfigureAwait(false)).Any();
    }

    private async Task<IReadOnlyList<string>> KeysAsync(string text, CancellationToken cancellation)
    {
        var keys = new List<string>();
        var statement = await _statements.BindAsync(text, cancellation).ConfigureAwait(false);
        await foreach (var row in PageReader.ReadAsync(_connection, statement, _connection.Options.RowsPerPage, cancellation).ConfigureAwait(false))
        {
            keys.Add(row.Text(0));
        }

        keys.Sort(Utf8Order.Instance);
        return keys;
    }

    private async Task<long> CountAsync<TRow>(CassandraTable<TRow> table, CancellationToken cancellation)
        where TRow : HistoryRow
    {
        // A group is one thing, however many records brought it. It must name the whole partition key first.
        var count = 0L;
        var statement = await _statements.BindAsync($"SELECT revision FROM {table.Name} GROUP BY {string.Join(", ", [.. table.Partition, .. table.Identity])}", cancellation).ConfigureAwait(false);
        await foreach (var row in PageReader.ReadAsync(_connection, statement, QueryOptions.DefaultPageSize, cancellation).ConfigureAwait(false))
        {
            count++;
        }

        return count;
    }
}
