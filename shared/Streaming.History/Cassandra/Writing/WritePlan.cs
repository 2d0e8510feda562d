using Cassandra;
using Streaming.History.Cassandra.Tables;
using Streaming.History.Queries;
using Streaming.History.Rows;

namespace Streaming.History.Cassandra.Writing;

/// <summary>Turns rows into requests: rows of one partition together, as far as they fit.</summary>
internal sealed class WritePlan
{
    /// <summary>What a key may have at most. Cassandra refuses from 65,535 on, also the key of an index that is made of parts of the row.</summary>
    private const int MaxKeyBytes = 32_768;

    private const int MaxBatchRows = 100;

    private readonly CassandraHistoryOptions _options;
    private readonly CassandraTables _tables;
    private readonly IReadOnlyDictionary<CassandraTable, PreparedStatement> _inserts;
    private readonly RowLife _life;
    private readonly Dictionary<(CassandraTable Table, string Partition, long Day), WriteUnit> _open = [];
    private readonly List<WriteUnit> _units = [];

    public WritePlan(CassandraHistoryOptions options, CassandraTables tables, IReadOnlyDictionary<CassandraTable, PreparedStatement> inserts, RowLife life)
    {
        _options = options;
        _tables = tables;
        _inserts = inserts;
        _life = life;
    }

    /// <summary>The requests.</summary>
    public IReadOnlyList<WriteUnit> Units => _units;

    /// <summary>Rows whose time was over.</summary>
    public int Expired { get; private set; }

    /// <summary>Adds a row.</summary>
    /// <returns>Why it can never be written; null where it can.</returns>
    public string? Add(HistoryRow row, int index) => row switch
    {
        VectorRow vector => Add(_tables.Vectors, vector, index, vector.EntityId, Day.Of(vector.BucketStart), vector.BucketStart),
        PredictionRow prediction => Add(_tables.Predictions, prediction, index, prediction.EntityId, Day.Of(prediction.BucketStart), prediction.BucketStart),
        LabelRow label => Add(_tables.Labels, label, index, label.EntityId, Day.Of(label.EventTime), label.EventEnd ?? label.EventTime),
        DeploymentRow deployment => Add(_tables.Deployments, deployment, index, deployment.Deployment, 0, null),
        JobRow job => Add(_tables.Jobs, job, index, job.JobId, 0, null),
        FeatureSetRow set => Add(_tables.FeatureSets, set, index, set.Name, 0, null),
        _ => throw new ArgumentException($"there is no table for a {row.GetType().Name}.", nameof(row)),
    };

    /// <summary>Adds an entry of an index.</summary>
    public void Add(IndexEntry entry)
    {
        var values = new ValueList(entry.Table.Columns.Count + 2, entry.Table.Columns.Count);
        entry.Write(values);
        var life = _life.Of(entry.LivesFrom);
        if (life is not <= 0)
        {
            Send(entry.Table, values, entry.Row, entry.WriteTimestamp, life, entry.Partition, entry.Day);
        }
    }

    private string? Add<TRow>(CassandraTable<TRow> table, TRow row, int index, string partition, long day, long? eventTime)
        where TRow : HistoryRow
    {
        var life = eventTime is { } time ? _life.Of(time) : null;
        if (life is <= 0)
        {
            Expired++;
            return null;
        }

        var values = new ValueList(table.Columns.Count + 2, table.Partition.Count + table.Clustering.Count);
        table.Write(row, values);
        if (values.Bytes > _options.MaxRowBytes)
        {
            return $"the row has {values.Bytes} bytes; {CassandraHistoryOptions.Section}:{nameof(CassandraHistoryOptions.MaxRowBytes)} allows {_options.MaxRowBytes}";
        }

        var keyBytes = values.KeyBytes + (row is PredictionRow prediction ? prediction.ModelName.Length + prediction.ModelVersion.Length : 0);
        if (keyBytes > MaxKeyBytes)
        {
            return $"the row's key (entity, names, hashes) has {keyBytes} bytes; it may have {MaxKeyBytes}";
        }

        Send(table, values, index, row.Origin.WriteTimestamp, life, partition, day);
        return null;
    }

    private void Send(CassandraTable table, ValueList values, int row, long timestamp, long? life, string partition, long day)
    {
        values.Long(timestamp);
        var statement = life is { } seconds
            ? _inserts[table].Bind(values.Integer((int)seconds).ToArray())
            : _inserts[table].Bind(values.ToArray()[..^1]);
        var key = (table, partition, day);
        if (!_open.TryGetValue(key, out var unit) || unit.Bytes + values.Bytes > _options.BatchBytes || unit.Count >= MaxBatchRows)
        {
            unit = new WriteUnit();
            _open[key] = unit;
            _units.Add(unit);
        }

        unit.Add(statement, row, values.Bytes);
    }
}
