using System.Runtime.InteropServices;
using Streaming.Avro;

namespace Streaming.Features.Assembly;

/// <summary>Reads what <see cref="EntityWriter"/> wrote.</summary>
internal unsafe ref struct EntityReader
{
    private readonly MetricShapes _shapes;
    private readonly IdentityBuffer _identity;
    private AvroReader _reader;

    private EntityReader(ReadOnlySpan<byte> section, MetricShapes shapes, IdentityBuffer identity)
    {
        _reader = new AvroReader(section, AvroLimits.Trusted);
        _shapes = shapes;
        _identity = identity;
    }

    /// <summary>Gives each feature set its part of a piece; parts of others are passed over.</summary>
    /// <exception cref="InvalidDataException">The piece is broken or of another version.</exception>
    public static void Read(ReadOnlySpan<byte> blob, int slot, PartitionScope scope, MetricShapes shapes, IdentityBuffer identity)
    {
        var reader = new AvroReader(blob, AvroLimits.Trusted);
        var version = reader.ReadInt();
        if (version != EntityWriter.Version)
        {
            throw new InvalidDataException($"A piece of the state has format {version}; this version reads format {EntityWriter.Version}. Run the version that wrote it, or begin the state anew.");
        }

        var deviceLength = reader.ReadInt();
        var device = reader.ReadBytes();
        if (deviceLength != EntityRow.NotChosen)
        {
            scope.Entities.SetDevice(scope.Entities[slot], device, hasDevice: deviceLength != EntityRow.Nameless);
        }

        scope.Joins.ReadEntity(slot, ref reader);
        while (reader.IsOk && reader.Remaining > 0)
        {
            var reference = reader.ReadLong();
            var section = new EntityReader(reader.ReadBytes(), shapes, identity);
            foreach (var set in scope.Sets)
            {
                if (reader.IsOk && set.Plan.Reference == reference)
                {
                    set.Table.Load(slot, ref section);
                    section._reader.End();
                    Check(section._reader);
                }
            }
        }

        Check(reader);
    }

    /// <summary>Reads what does not belong to one bucket.</summary>
    public void ReadRow(ref EntityBuckets row, EntityHistory histories)
    {
        row = EntityBuckets.Unseen;
        row.Present = true;

        // Its buckets are not looked at here: the first watermark will.
        row.NextByWatermark = long.MinValue;
        row.Watermark = _reader.ReadLong();
        row.LastArrival = _reader.ReadLong();
        row.ClosedThrough = _reader.ReadLong();
        row.SealedThrough = _reader.ReadLong();
        row.LastOffset = _reader.ReadLong();
        row.Count = _reader.ReadInt();
        row.History = histories.Load(_reader.ReadBytes());
        Check(_reader);
    }

    /// <summary>Reads a bucket.</summary>
    public void ReadBucket(Bucket* bucket, Span<double> words, IdentityStore identities, OrderedReadings ordered)
    {
        bucket->Start = _reader.ReadLong();
        bucket->LatestTime = _reader.ReadLong();
        bucket->FirstOffset = _reader.ReadLong();
        bucket->LastOffset = _reader.ReadLong();
        bucket->ReportDue = _reader.ReadLong();
        bucket->Readings = _reader.ReadInt();
        bucket->Unreported = _reader.ReadInt();
        bucket->Late = _reader.ReadInt();
        bucket->Revision = _reader.ReadInt();
        bucket->Closed = _reader.ReadBoolean();
        bucket->Looked = (ulong)_reader.ReadLong();
        bucket->Joined = (ulong)_reader.ReadLong();
        bucket->OrderSettled = _reader.ReadInt();
        foreach (ref readonly var reading in MemoryMarshal.Cast<byte, OrderedReading>(_reader.ReadBytes()))
        {
            ordered.Add(bucket, reading.Time, reading.Metric, reading.Value);
        }

        _reader.ReadFixed(words.Length * sizeof(double)).CopyTo(MemoryMarshal.AsBytes(words));
        foreach (var identity in MemoryMarshal.Cast<byte, ulong>(_reader.ReadBytes()))
        {
            identities.AddShort(ref bucket->Identities, identity);
        }

        for (var left = _reader.ReadInt(); left > 0 && _reader.IsOk; left--)
        {
            var bytes = _reader.ReadBytes();
            if (!bytes.IsEmpty)
            {
                identities.AddFull(ref bucket->Identities, ReadingIdentity.Contract(bytes, _shapes, _identity));
            }
        }

        Check(_reader);
    }

    private static void Check(in AvroReader reader)
    {
        if (!reader.IsOk)
        {
            throw new InvalidDataException($"A piece of the state is broken: {reader.Status}. Begin the state anew from the log.");
        }
    }
}
