using System.Text;
using Streaming.Avro;
using Streaming.Contracts;

namespace Streaming.Kafka;

/// <summary>Keys and values of the state topic: FeatureState, framed. Progress and pieces never share a key.</summary>
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

    /// <summary>Writes a progress record.</summary>
    /// <param name="into">Where it goes.</param>
    /// <param name="schemaId">The registered id of FeatureState.</param>
    /// <param name="nextOffset">The offset that the same transaction commits.</param>
    /// <param name="checkpointOffset">Where a replay starts.</param>
    /// <param name="partitionCount">Partitions of the input.</param>
    /// <param name="writer">transactional.id of the writer; empty where a first start is declared.</param>
    /// <param name="released">Whether the writer gives the partition up in good order.</param>
    /// <param name="counters">What a replay must arrive at.</param>
    public static void WriteProgress(AvroBuffer into, int schemaId, long nextOffset, long checkpointOffset, int partitionCount, string writer, bool released, ReadOnlySpan<byte> counters)
    {
        ConfluentFraming.Write(into, schemaId);
        var avro = new AvroWriter(into);
        FeatureState.WriteBranch(ref avro, FeatureStateBranch.Progress);
        Progress.EncodeFields(ref avro, nextOffset, checkpointOffset, partitionCount, Encoding.UTF8.GetBytes(writer), released, counters);
    }

    /// <summary>Writes a piece.</summary>
    public static void WritePiece(AvroBuffer into, int schemaId, long offset, ReadOnlySpan<byte> blob)
    {
        ConfluentFraming.Write(into, schemaId);
        var avro = new AvroWriter(into);
        FeatureState.WriteBranch(ref avro, FeatureStateBranch.StateBlob);
        StateBlob.EncodeFields(ref avro, offset, blob);
    }

    /// <summary>Reads a progress record or a piece.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out FeatureState? state)
    {
        state = null;
        if (!ConfluentFraming.TryRead(value, out _, out var body))
        {
            return false;
        }

        var reader = new AvroReader(body, AvroLimits.Trusted);
        return FeatureState.TryDecode(ref reader, out state) == AvroStatus.Ok && reader.End() == AvroStatus.Ok;
    }
}
