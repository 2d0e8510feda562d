using Streaming.Avro;

namespace Streaming.Kafka;

/// <summary>Keys and values of the state topic: the union of <c>feature_state.avsc</c>, framed. Progress and pieces never share a key.</summary>
internal static class StateCodec
{
    private const byte PieceMark = (byte)'s';

    /// <summary>The key of a partition's progress record.</summary>
    public static ReadOnlySpan<byte> ProgressKey => "p"u8;

    /// <summary>Writes the key of a piece, from the filter's own.</summary>
    public static void WritePieceKey(AvroBuffer into, ReadOnlySpan<byte> key)
    {
        var place = into.GetSpan(key.Length + 1);
        place[0] = PieceMark;
        key.CopyTo(place[1..]);
        into.Advance(key.Length + 1);
    }

    /// <summary>The filter's own key of a piece.</summary>
    /// <returns>False where it is no piece's key.</returns>
    public static bool TryReadPieceKey(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> piece)
    {
        piece = key.IsEmpty ? default : key[1..];
        return !key.IsEmpty && key[0] == PieceMark;
    }

    public static void Write(AvroBuffer into, int schemaId, Progress progress)
    {
        ConfluentFraming.Write(into, schemaId);
        var writer = new AvroWriter(into);
        writer.WriteBranch(0);
        writer.WriteLong(progress.NextOffset);
        writer.WriteLong(progress.CheckpointOffset);
        writer.WriteInt(progress.PartitionCount);
        writer.WriteString(progress.Writer);
        writer.WriteBoolean(progress.Released);
        writer.WriteBytes(progress.Counters.Span);
    }

    public static void WritePiece(AvroBuffer into, int schemaId, long offset, ReadOnlySpan<byte> blob)
    {
        ConfluentFraming.Write(into, schemaId);
        var writer = new AvroWriter(into);
        writer.WriteBranch(1);
        writer.WriteLong(offset);
        writer.WriteBytes(blob);
    }

    /// <summary>Reads a progress record.</summary>
    public static bool TryReadProgress(ReadOnlySpan<byte> value, out Progress? progress)
    {
        progress = null;
        if (!ConfluentFraming.TryRead(value, out _, out var body))
        {
            return false;
        }

        var reader = new AvroReader(body, AvroLimits.Trusted);
        if (reader.ReadBranch(2) != 0)
        {
            return false;
        }

        var read = new Progress(reader.ReadLong(), reader.ReadLong(), reader.ReadInt(), reader.ReadString(), reader.ReadBoolean(), reader.ReadBytes().ToArray());
        progress = reader.End() == AvroStatus.Ok ? read : null;
        return progress is not null;
    }

    /// <summary>Reads a piece.</summary>
    public static bool TryReadPiece(ReadOnlySpan<byte> value, out long offset, out ReadOnlySpan<byte> blob)
    {
        offset = -1;
        blob = default;
        if (!ConfluentFraming.TryRead(value, out _, out var body))
        {
            return false;
        }

        var reader = new AvroReader(body, AvroLimits.Trusted);
        if (reader.ReadBranch(2) != 1)
        {
            return false;
        }

        offset = reader.ReadLong();
        blob = reader.ReadBytes();
        return reader.End() == AvroStatus.Ok;
    }
}
