using System.Runtime.InteropServices;
using Streaming.Avro;

namespace Streaming.Features.Assembly;

/// <summary>
/// Writes what is remembered of an entity, as a piece of a checkpoint: a version, the first device, then for each feature set its reference and a
/// section of its own, so that a set that no longer runs can be passed over.
/// </summary>
internal sealed unsafe class EntityWriter(MetricShapes shapes)
{
    /// <summary>The version of the format.</summary>
    public const int Version = 3;

    private readonly AvroBuffer _blob = new(1024);
    private readonly AvroBuffer _section = new(1024);
    private readonly IdentityBuffer _identity = new();

    /// <summary>The piece written so far.</summary>
    public ReadOnlySpan<byte> Written => _blob.WrittenSpan;

    /// <summary>Writes an entity.</summary>
    public void Write(int slot, PartitionScope scope)
    {
        _blob.Reset();
        var blob = new AvroWriter(_blob);
        var row = scope.Entities[slot];
        blob.WriteInt(Version);
        blob.WriteInt(row->DeviceLength);
        blob.WriteBytes(scope.Entities.Device(row));
        scope.Joins.WriteEntity(slot, ref blob);
        foreach (var set in scope.Sets)
        {
            if (set.Table[slot]->Present)
            {
                _section.Reset();
                set.Table.Save(slot, this);
                blob.WriteLong(set.Plan.Reference);
                blob.WriteBytes(_section.WrittenSpan);
            }
        }
    }

    /// <summary>Writes what does not belong to one bucket; the buckets follow.</summary>
    public void WriteRow(in EntityBuckets row, ReadOnlySpan<byte> history)
    {
        var section = new AvroWriter(_section);
        section.WriteLong(row.Watermark);
        section.WriteLong(row.LastArrival);
        section.WriteLong(row.ClosedThrough);
        section.WriteLong(row.SealedThrough);
        section.WriteLong(row.LastOffset);
        section.WriteInt(row.Count);
        section.WriteBytes(history);
    }

    /// <summary>Writes a bucket.</summary>
    public void WriteBucket(in Bucket bucket, ReadOnlySpan<double> words, IdentityStore identities, ReadOnlySpan<OrderedReading> ordered)
    {
        var section = new AvroWriter(_section);
        section.WriteLong(bucket.Start);
        section.WriteLong(bucket.LatestTime);
        section.WriteLong(bucket.FirstOffset);
        section.WriteLong(bucket.LastOffset);
        section.WriteLong(bucket.ReportDue);
        section.WriteInt(bucket.Readings);
        section.WriteInt(bucket.Unreported);
        section.WriteInt(bucket.Late);
        section.WriteInt(bucket.Revision);
        section.WriteBoolean(bucket.Closed);
        section.WriteLong((long)bucket.Looked);
        section.WriteLong((long)bucket.Joined);
        section.WriteInt(bucket.OrderSettled);
        section.WriteBytes(MemoryMarshal.AsBytes(ordered));
        section.WriteRaw(MemoryMarshal.AsBytes(words));
        section.WriteBytes(MemoryMarshal.AsBytes(identities.Shorts(bucket.Identities)));
        section.WriteInt(bucket.Identities.FullCount);
        var rest = identities.Fulls(bucket.Identities);
        while (!rest.IsEmpty)
        {
            section.WriteBytes(ReadingIdentity.Expand(Numbers.ReadBytes(ref rest), shapes, _identity));
        }
    }
}
