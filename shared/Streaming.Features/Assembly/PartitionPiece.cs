using Streaming.Avro;

namespace Streaming.Features.Assembly;

/// <summary>The partition's own piece of a checkpoint, which also is what a replay must arrive at: log time and counters.</summary>
internal static class PartitionPiece
{
    private const int Version = 2;

    /// <summary>Writes it.</summary>
    public static void Write(AvroBuffer into, SourceTimes sources, in PartitionCounters counters, IReadOnlyList<SetProgress> sets)
    {
        var writer = new AvroWriter(into);
        writer.WriteInt(Version);
        writer.WriteInt(sources.Partitions);
        writer.WriteLong(sources.LogTime);
        writer.WriteInt(sources.Times.Length);
        foreach (var time in sources.Times)
        {
            writer.WriteLong(time);
        }

        writer.WriteLong(counters.Ticks);
        writer.WriteLong(counters.Copies);
        writer.WriteLong(counters.Attributes);
        writer.WriteLong(counters.Members);
        writer.WriteLong(counters.MembersIgnored);
        writer.WriteLong(counters.Malformed);
        writer.WriteInt(sets.Count);
        foreach (var set in sets)
        {
            writer.WriteString(set.Name);
            writer.WriteInt(set.Version);
            writer.WriteString(set.Hash);
            WriteCounters(ref writer, set.Counters);
        }
    }

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">It is broken or of another version.</exception>
    public static IReadOnlyList<SetProgress> Read(ReadOnlySpan<byte> piece, SourceTimes sources, out PartitionCounters counters)
    {
        var reader = new AvroReader(piece, AvroLimits.Trusted);
        var version = reader.ReadInt();
        if (version != Version)
        {
            throw new InvalidDataException($"The partition's piece of the state has format {version}; this version reads format {Version}. Run the version that wrote it, or begin the state anew.");
        }

        var partitions = reader.ReadInt();
        var logTime = reader.ReadLong();
        var times = new long[Math.Clamp(reader.ReadInt(), 0, reader.Remaining)];
        foreach (ref var time in times.AsSpan())
        {
            time = reader.ReadLong();
        }

        counters = new PartitionCounters
        {
            Ticks = reader.ReadLong(),
            Copies = reader.ReadLong(),
            Attributes = reader.ReadLong(),
            Members = reader.ReadLong(),
            MembersIgnored = reader.ReadLong(),
            Malformed = reader.ReadLong(),
        };
        var sets = new List<SetProgress>();
        for (var left = reader.ReadInt(); left > 0 && reader.IsOk; left--)
        {
            sets.Add(new SetProgress(reader.ReadString(), reader.ReadInt(), reader.ReadString(), ReadCounters(ref reader)));
        }

        if (reader.End() != AvroStatus.Ok || partitions > times.Length)
        {
            throw new InvalidDataException($"The partition's piece of the state is broken: {reader.Status}. Begin the state anew from the log.");
        }

        sources.Restore(partitions, logTime, times);
        return sets;
    }

    private static void WriteCounters(ref AvroWriter writer, in AssemblyCounters counters)
    {
        writer.WriteLong(counters.Readings);
        writer.WriteLong(counters.Contributed);
        writer.WriteLong(counters.Pending);
        writer.WriteLong(counters.Duplicate);
        writer.WriteLong(counters.Late);
        writer.WriteLong(counters.Filtered);
        writer.WriteLong(counters.Evicted);
        writer.WriteLong(counters.Vectors);
        writer.WriteLong(counters.Revisions);
        writer.WriteLong(counters.Revised);
        writer.WriteLong(counters.EvictedBuckets);
        writer.WriteLong(counters.EvictedEntities);
        writer.WriteLong(counters.Entities);
        writer.WriteLong(counters.Buckets);
        writer.WriteLong((long)counters.VectorDigest);
    }

    private static AssemblyCounters ReadCounters(ref AvroReader reader) => new()
    {
        Readings = reader.ReadLong(),
        Contributed = reader.ReadLong(),
        Pending = reader.ReadLong(),
        Duplicate = reader.ReadLong(),
        Late = reader.ReadLong(),
        Filtered = reader.ReadLong(),
        Evicted = reader.ReadLong(),
        Vectors = reader.ReadLong(),
        Revisions = reader.ReadLong(),
        Revised = reader.ReadLong(),
        EvictedBuckets = reader.ReadLong(),
        EvictedEntities = reader.ReadLong(),
        Entities = reader.ReadLong(),
        Buckets = reader.ReadLong(),
        VectorDigest = (ulong)reader.ReadLong(),
    };
}
