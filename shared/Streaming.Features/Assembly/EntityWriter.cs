using Streaming.Avro;

namespace Streaming.Features.Assembly;

/// <summary>
/// Writes what is remembered of an entity, as a piece of a checkpoint: a version, then for each feature set its reference and a section of its
/// own, so that a set that no longer runs can be passed over.
/// </summary>
internal sealed class EntityWriter(MetricShapes shapes)
{
    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    private readonly AvroBuffer _blob = new(1024);
    private readonly AvroBuffer _section = new(1024);
    private readonly IdentityBuffer _identity = new();

    /// <summary>The piece written so far.</summary>
    public ReadOnlySpan<byte> Written => _blob.WrittenSpan;

    /// <summary>Writes an entity.</summary>
    public void Write(int slot, IReadOnlyList<FeatureSetState> sets)
    {
        _blob.Reset();
        var blob = new AvroWriter(_blob);
        blob.WriteInt(Version);
        foreach (var set in sets)
        {
            if (set.Table[slot].Present)
            {
                _section.Reset();
                set.Table.Save(slot, this);
                blob.WriteLong(set.Plan.Reference);
                blob.WriteBytes(_section.WrittenSpan);
            }
        }
    }

    /// <summary>Writes what does not belong to one bucket; the buckets follow.</summary>
    public void WriteRow(in EntityBuckets row)
    {
        var section = new AvroWriter(_section);
        section.WriteLong(row.Watermark);
        section.WriteLong(row.LastArrival);
        section.WriteLong(row.ClosedThrough);
        section.WriteLong(row.SealedThrough);
        section.WriteLong(row.LastOffset);
        section.WriteInt(row.Count);
    }

    /// <summary>Writes a bucket.</summary>
    public void WriteBucket(in Bucket bucket, ReadOnlySpan<double> words, ReadOnlySpan<byte> identities)
    {
        var section = new AvroWriter(_section);
        section.WriteLong(bucket.Start);
        section.WriteLong(bucket.FirstOffset);
        section.WriteLong(bucket.LastOffset);
        section.WriteLong(bucket.ReportDue);
        section.WriteLong(bucket.LatestTime);
        section.WriteInt(bucket.Unreported);
        section.WriteInt(bucket.Late);
        section.WriteInt(bucket.Revision);
        section.WriteBoolean(bucket.Closed);
        foreach (var word in words)
        {
            section.WriteDouble(word);
        }

        section.WriteInt(bucket.Readings);
        while (!identities.IsEmpty)
        {
            section.WriteBytes(ReadingIdentity.Expand(Numbers.ReadBytes(ref identities), shapes, _identity));
        }
    }
}
