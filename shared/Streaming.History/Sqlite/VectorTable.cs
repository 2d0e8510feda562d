using Streaming.History.Queries;
using Streaming.History.Rows;

namespace Streaming.History.Sqlite;

internal sealed class VectorTable() : SqliteTable<VectorRow>(
    "vectors",
    ["day", "entity_id", "bucket_start", "feature_set", "feature_set_version", "feature_set_hash", "revision"],
    [
        "bucket_end", "features", "missing", "reading_count", "late_count", "completeness", "close_reason", "input_partition", "first_offset",
        "last_offset",
    ])
{
    public override VectorRow Read(SqliteRow row) => new()
    {
        EntityId = row.Text(1),
        BucketStart = row.Integer(2),
        FeatureSet = row.Text(3),
        FeatureSetVersion = row.SmallInteger(4),
        FeatureSetHash = row.Text(5),
        Revision = row.SmallInteger(6),
        Origin = Origin(row),
        BucketEnd = row.Integer(11),
        Features = row.Doubles(12),
        Missing = row.Integers(13),
        ReadingCount = row.SmallInteger(14),
        LateCount = row.SmallInteger(15),
        Completeness = row.Number(16),
        CloseReason = row.Text(17),
        InputPartition = row.SmallInteger(18),
        FirstOffset = row.Integer(19),
        LastOffset = row.Integer(20),
    };

    protected override void Values(VectorRow row, object?[] into)
    {
        into[0] = Day.Of(row.BucketStart);
        into[1] = row.EntityId;
        into[2] = row.BucketStart;
        into[3] = row.FeatureSet;
        into[4] = row.FeatureSetVersion;
        into[5] = row.FeatureSetHash;
        into[6] = row.Revision;
        var at = Origin(row, into, 7);
        into[at++] = row.BucketEnd;
        into[at++] = NumberText.Of(row.Features.Span);
        into[at++] = NumberText.Of(row.Missing.Span);
        into[at++] = row.ReadingCount;
        into[at++] = row.LateCount;
        into[at++] = NumberText.Column(row.Completeness);
        into[at++] = row.CloseReason;
        into[at++] = row.InputPartition;
        into[at++] = row.FirstOffset;
        into[at] = row.LastOffset;
    }
}
