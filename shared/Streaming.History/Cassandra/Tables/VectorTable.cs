using Cassandra;
using Streaming.History.Queries;
using Streaming.History.Rows;

namespace Streaming.History.Cassandra.Tables;

internal sealed class VectorTable(FeatureNames names) : CassandraTable<VectorRow>(
    "vectors",
    ["entity_id", "day"],
    ["bucket_start", "feature_set", "feature_set_version", "feature_set_hash", "revision"],
    [
        "bucket_end", "feature_values", "missing", "reading_count", "late_count", "completeness", "close_reason", "input_partition", "first_offset",
        "last_offset", "features",
    ])
{
    public override void Write(VectorRow row, ValueList into) => into
        .Text(row.EntityId).Day(Days.Date(Day.Of(row.BucketStart)))
        .Time(row.BucketStart).Text(row.FeatureSet).Integer(row.FeatureSetVersion).Text(row.FeatureSetHash).Integer(row.Revision)
        .Origin(row.Origin)
        .Time(row.BucketEnd).Numbers(row.Features.Span).Integers(row.Missing.Span).Integer(row.ReadingCount).Integer(row.LateCount).Number(row.Completeness)
        .Text(row.CloseReason).Integer(row.InputPartition).Long(row.FirstOffset).Long(row.LastOffset)
        .Named(names.Of(row.FeatureSet, row.FeatureSetVersion, row.FeatureSetHash), row.Features.Span);

    public override VectorRow Read(Row row) => new()
    {
        EntityId = row.Text(0),
        BucketStart = row.Time(2),
        FeatureSet = row.Text(3),
        FeatureSetVersion = row.Integer(4),
        FeatureSetHash = row.Text(5),
        Revision = row.Integer(6),
        Origin = row.Origin(7),
        BucketEnd = row.Time(11),
        Features = row.Numbers(12),
        Missing = row.Integers(13),
        ReadingCount = row.Integer(14),
        LateCount = row.Integer(15),
        Completeness = row.Number(16),
        CloseReason = row.Text(17),
        InputPartition = row.Integer(18),
        FirstOffset = row.Long(19),
        LastOffset = row.Long(20),
    };

    /// <summary>Whether a row says what its values are called.</summary>
    public bool IsNamed(Row row) => !row.IsNull(Columns.Count - 1);

    /// <summary>Whether a query asks for the row, its entity and times apart.</summary>
    public static bool Matches(Row row, VectorQuery query) =>
        (query.AsOf is not { } asOf || row.Time(7) <= asOf)
        && (query.FeatureSet is null || row.Text(3) == query.FeatureSet)
        && (query.FeatureSetVersion is not { } version || row.Integer(4) == version);
}
