using Microsoft.Data.Sqlite;
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
    public override VectorRow Read(SqliteDataReader reader) => new()
    {
        EntityId = reader.GetString(1),
        BucketStart = reader.GetInt64(2),
        FeatureSet = reader.GetString(3),
        FeatureSetVersion = reader.GetInt32(4),
        FeatureSetHash = reader.GetString(5),
        Revision = reader.GetInt32(6),
        Origin = Origin(reader),
        BucketEnd = reader.GetInt64(11),
        Features = NumberText.Doubles(reader.GetString(12)),
        Missing = NumberText.Integers(reader.GetString(13)),
        ReadingCount = reader.GetInt32(14),
        LateCount = reader.GetInt32(15),
        Completeness = NumberText.FromColumn(reader.GetValue(16)),
        CloseReason = reader.GetString(17),
        InputPartition = reader.GetInt32(18),
        FirstOffset = reader.GetInt64(19),
        LastOffset = reader.GetInt64(20),
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
