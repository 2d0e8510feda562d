using Streaming.Avro;

namespace Streaming.Features.Assembly;

/// <summary>Reads what <see cref="EntityWriter"/> wrote.</summary>
internal ref struct EntityReader
{
    private readonly MetricShapes _shapes;
    private readonly IdentityBuffer _identity;
    private AvroReader _reader;
    private int _identitiesLeft;

    private EntityReader(ReadOnlySpan<byte> section, MetricShapes shapes, IdentityBuffer identity)
    {
        _reader = new AvroReader(section, AvroLimits.Trusted);
        _shapes = shapes;
        _identity = identity;
    }

    /// <summary>Gives each feature set its part of a piece; parts of others are passed over.</summary>
    /// <exception cref="InvalidDataException">The piece is broken or of another version.</exception>
    public static void Read(ReadOnlySpan<byte> blob, int slot, IReadOnlyList<FeatureSetState> sets, MetricShapes shapes, IdentityBuffer identity)
    {
        var reader = new AvroReader(blob, AvroLimits.Trusted);
        var version = reader.ReadInt();
        if (version != EntityWriter.Version)
        {
            throw new InvalidDataException($"A piece of the state has format {version}; this version reads format {EntityWriter.Version}. Run the version that wrote it, or begin the state anew.");
        }

        while (reader.IsOk && reader.Remaining > 0)
        {
            var reference = reader.ReadLong();
            var section = new EntityReader(reader.ReadBytes(), shapes, identity);
            foreach (var set in sets)
            {
                if (reader.IsOk && set.Plan.Reference == reference)
                {
                    set.Table.Load(slot, ref section);
                    section._reader.End();
                    section.Check();
                }
            }
        }

        Check(reader);
    }

    /// <summary>Reads what does not belong to one bucket.</summary>
    public void ReadRow(ref EntityBuckets row)
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
        Check();
    }

    /// <summary>Reads a bucket; its identities follow.</summary>
    public void ReadBucket(ref Bucket bucket, Span<double> words)
    {
        bucket.Start = _reader.ReadLong();
        bucket.FirstOffset = _reader.ReadLong();
        bucket.LastOffset = _reader.ReadLong();
        bucket.ReportDue = _reader.ReadLong();
        bucket.LatestTime = _reader.ReadLong();
        bucket.Unreported = _reader.ReadInt();
        bucket.Late = _reader.ReadInt();
        bucket.Revision = _reader.ReadInt();
        bucket.Closed = _reader.ReadBoolean();
        foreach (ref var word in words)
        {
            word = _reader.ReadDouble();
        }

        _identitiesLeft = _reader.ReadInt();
        Check();
    }

    /// <summary>Reads the next identity of the bucket's readings.</summary>
    public bool TryReadIdentity(out ReadOnlySpan<byte> identity)
    {
        if (_identitiesLeft <= 0 || !_reader.IsOk)
        {
            identity = default;
            return false;
        }

        _identitiesLeft--;
        var bytes = _reader.ReadBytes();
        identity = bytes.IsEmpty ? bytes : ReadingIdentity.Contract(bytes, _shapes, _identity);
        return _reader.IsOk;
    }

    /// <summary>Refuses a piece that is broken.</summary>
    public readonly void Check() => Check(_reader);

    private static void Check(in AvroReader reader)
    {
        if (!reader.IsOk)
        {
            throw new InvalidDataException($"A piece of the state is broken: {reader.Status}. Begin the state anew from the log.");
        }
    }
}
