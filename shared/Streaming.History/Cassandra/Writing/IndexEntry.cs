using Streaming.History.Cassandra.Tables;
using Streaming.History.Queries;
using Streaming.History.Rows;

namespace Streaming.History.Cassandra.Writing;

/// <summary>An entry of an index table. It is the same for all rows that need it, so it is written once.</summary>
/// <param name="Table">The index.</param>
/// <param name="Row">The position of the history's row that needs it.</param>
/// <param name="Day">The day that it speaks of.</param>
/// <param name="Number">How many days an interval may reach beyond; of an unnamed vector the feature set's version.</param>
/// <param name="Kind">The kind of rows.</param>
/// <param name="Entity">The entity; empty where it speaks of none.</param>
/// <param name="Name">A further name: of a model, label or feature set.</param>
/// <param name="Version">A model's version, or a feature set's hash.</param>
internal readonly record struct IndexEntry(IndexTable Table, int Row, long Day, int Number, string Kind, string Entity = "", string Name = "", string Version = "")
{
    private const long MicrosecondsPerMillisecond = 1000;

    /// <summary>What it is remembered by.</summary>
    public UInt128 Key => IndexMemory.KeyOf(Table.Name, Day, Number, Kind + "\0" + Entity, Name, Version);

    /// <summary>Tells its partition from others of its table and day.</summary>
    public string Partition => Table.Name switch
    {
        "days" => Kind,
        "days_of_entity" => Entity,
        "unnamed_vectors" => $"{Number}\0{Name}\0{Version}",
        _ => $"{CassandraTables.ShardOf(Entity)}\0{Kind}\0{Name}\0{Version}",
    };

    /// <summary>Until the last row that it speaks of has come to its end, it must live.</summary>
    public long LivesFrom => Math.Min((Day + (Table.Name == "unnamed_vectors" ? 0 : Number) + 1) * Queries.Day.Milliseconds, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());

    /// <summary>The same whichever row brings it.</summary>
    public long WriteTimestamp => Day * Queries.Day.Milliseconds * MicrosecondsPerMillisecond;

    /// <summary>The entries that a row needs.</summary>
    public static IEnumerable<IndexEntry> Of(HistoryRow row, int index, CassandraTables tables) => row switch
    {
        VectorRow vector => Common(tables, index, CassandraTables.VectorKind, vector.EntityId, Queries.Day.Of(vector.BucketStart), 0),
        PredictionRow prediction => [.. Common(tables, index, CassandraTables.PredictionKind, prediction.EntityId, Queries.Day.Of(prediction.BucketStart), 0), OfModel(tables, index, prediction)],
        LabelRow label => OfLabel(tables, index, label),
        _ => [],
    };

    /// <summary>The entry that an unnamed vector needs.</summary>
    public static IndexEntry OfUnnamed(VectorRow row, int index, CassandraTables tables) => new(
        tables.UnnamedVectors, index, Queries.Day.Of(row.BucketStart), row.FeatureSetVersion, CassandraTables.VectorKind, row.EntityId, row.FeatureSet, row.FeatureSetHash);

    /// <summary>Adds its values in the order of the table's columns.</summary>
    public void Write(ValueList into)
    {
        var date = Days.Date(Day);
        _ = Table.Name switch
        {
            "days" => into.Text(Kind).Day(date).Integer(Number),
            "days_of_entity" => into.Text(Entity).Text(Kind).Day(date).Integer(Number),
            "unnamed_vectors" => into.Text(Name).Integer(Number).Text(Version).Text(Entity).Day(date),
            "entities_of_day" => into.Text(Kind).Day(date).Integer(CassandraTables.ShardOf(Entity)).Text(Entity),
            "entities_of_model" => into.Text(Name).Text(Version).Day(date).Integer(CassandraTables.ShardOf(Entity)).Text(Entity),
            _ => into.Text(Name).Day(date).Integer(CassandraTables.ShardOf(Entity)).Text(Entity),
        };
    }

    private static IEnumerable<IndexEntry> Common(CassandraTables tables, int row, string kind, string entity, long day, int span) =>
    [
        new(tables.DaysOfKind, row, day, span, kind),
        new(tables.DaysOfEntity, row, day, span, kind, entity),
        new(tables.EntitiesOfDay, row, day, span, kind, entity),
    ];

    private static IndexEntry OfModel(CassandraTables tables, int row, PredictionRow prediction) => new(
        tables.EntitiesOfModel, row, Queries.Day.Of(prediction.BucketStart), 0, CassandraTables.PredictionKind, prediction.EntityId, prediction.ModelName, prediction.ModelVersion);

    private static IEnumerable<IndexEntry> OfLabel(CassandraTables tables, int row, LabelRow label)
    {
        var (day, span) = (Queries.Day.Of(label.EventTime), Days.Span(label.EventTime, label.EventEnd));
        yield return new(tables.DaysOfKind, row, day, 0, CassandraTables.LabelKind);
        yield return new(tables.DaysOfEntity, row, day, 0, CassandraTables.LabelKind, label.EntityId);
        yield return new(tables.EntitiesOfDay, row, day, span, CassandraTables.LabelKind, label.EntityId);
        yield return new(tables.EntitiesOfLabel, row, day, span, CassandraTables.LabelKind, label.EntityId, label.Name);
        if (span > 0)
        {
            yield return new(tables.DaysOfKind, row, day, span, CassandraTables.IntervalKind);
            yield return new(tables.DaysOfEntity, row, day, span, CassandraTables.IntervalKind, label.EntityId);
        }
    }
}
