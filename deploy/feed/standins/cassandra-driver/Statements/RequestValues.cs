using Cassandra.Wire;

namespace Cassandra;

/// <summary>The options of one execution, as they are sent.</summary>
/// <param name="Consistency">The consistency level.</param>
/// <param name="PageSize">Rows to a page.</param>
/// <param name="PagingState">Where the page begins.</param>
/// <param name="Serial">The level for conditions; sent where it is not the protocol's default.</param>
/// <param name="Timestamp">The write time in microseconds; null to let the server choose.</param>
/// <param name="Result">The columns that are known of a prepared statement's rows.</param>
internal readonly record struct RequestValues(ConsistencyLevel Consistency, int PageSize, byte[]? PagingState, ConsistencyLevel Serial, long? Timestamp, ResultMetadata? Result = null)
{
    private const int Values = 0x01;
    private const int SkipMetadata = 0x02;
    private const int Size = 0x04;
    private const int State = 0x08;
    private const int SerialLevel = 0x10;
    private const int DefaultTimestamp = 0x20;

    /// <summary>Writes the parameters of QUERY and EXECUTE.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="version">The protocol's version.</param>
    /// <param name="values">Values of variables; null where there are none.</param>
    /// <param name="columns">The variables; null where only the values tell of their types.</param>
    /// <param name="skipMetadata">Whether the columns of the rows are known.</param>
    public void Encode(WireWriter writer, int version, object?[]? values, CqlColumn[]? columns, bool skipMetadata)
    {
        writer.Short((int)Consistency);
        var flags = (values is { Length: > 0 } ? Values : 0)
            | (skipMetadata ? SkipMetadata : 0)
            | (PageSize > 0 ? Size : 0)
            | (PagingState is null ? 0 : State)
            | (Serial == ConsistencyLevel.Serial ? 0 : SerialLevel)
            | (Timestamp is null ? 0 : DefaultTimestamp);
        WriteFlags(writer, version, flags);
        if (values is { Length: > 0 })
        {
            writer.Short(values.Length);
            for (var at = 0; at < values.Length; at++)
            {
                Cassandra.Values.ValueWriter.WriteWithLength(writer, values[at], columns?[at]);
            }
        }

        if (PageSize > 0)
        {
            writer.Int(PageSize);
        }

        if (PagingState is not null)
        {
            writer.Bytes(PagingState);
        }

        EncodeEnd(writer);
    }

    /// <summary>Writes the parameters that end a BATCH.</summary>
    public void EncodeForBatch(WireWriter writer, int version)
    {
        writer.Short((int)Consistency);
        WriteFlags(writer, version, (Serial == ConsistencyLevel.Serial ? 0 : SerialLevel) | (Timestamp is null ? 0 : DefaultTimestamp));
        EncodeEnd(writer);
    }

    private static void WriteFlags(WireWriter writer, int version, int flags)
    {
        if (version >= 5)
        {
            writer.Int(flags);
        }
        else
        {
            writer.Byte((byte)flags);
        }
    }

    private void EncodeEnd(WireWriter writer)
    {
        if (Serial != ConsistencyLevel.Serial)
        {
            writer.Short((int)Serial);
        }

        if (Timestamp is { } microseconds)
        {
            writer.Long(microseconds);
        }
    }
}
