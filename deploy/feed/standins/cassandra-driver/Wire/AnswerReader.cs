using System.Net;

namespace Cassandra.Wire;

/// <summary>Reads the bodies of answers.</summary>
internal static class AnswerReader
{
    private const int GlobalTable = 0x0001;
    private const int HasMorePages = 0x0002;
    private const int NoMetadata = 0x0004;
    private const int MetadataChanged = 0x0008;
    private const HeaderFlags Known = HeaderFlags.Tracing | HeaderFlags.CustomPayload | HeaderFlags.Warning | HeaderFlags.Beta;

    private enum ResultKind
    {
        Void = 1,
        Rows = 2,
        SetKeyspace = 3,
        Prepared = 4,
        SchemaChange = 5,
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="body">Its body.</param>
    /// <param name="host">The host it came from, for messages.</param>
    /// <param name="known">The columns of rows that come without metadata; null where they must come with it.</param>
    public static Answer Read(in FrameHeader header, ReadOnlySpan<byte> body, IPEndPoint host, RowSetMetadata? known = null)
    {
        var reader = new BodyReader(body);
        var warnings = Extras(ref reader, header.Flags);
        var answer = header.Opcode switch
        {
            Opcode.Result => Result(ref reader, header.Version, known),
            Opcode.Error => ErrorReader.Read(ref reader, header.Version, host),
            Opcode.Ready or Opcode.AuthSuccess => DoneAnswer.Instance,
            Opcode.Authenticate => new AuthenticateAnswer(reader.String()),
            Opcode.Supported => new SupportedAnswer(),
            _ => throw BodyReader.Malformed($"an answer has the operation 0x{(byte)header.Opcode:X2}"),
        };
        return warnings is null ? answer : answer with { Warnings = warnings };
    }

    /// <summary>Reads an event.</summary>
    public static ServerEvent ReadEvent(in FrameHeader header, ReadOnlySpan<byte> body)
    {
        var reader = new BodyReader(body);
        Extras(ref reader, header.Flags);
        if (header.Opcode != Opcode.Event)
        {
            throw BodyReader.Malformed($"an event has the operation 0x{(byte)header.Opcode:X2}");
        }

        var kind = reader.String();
        var change = reader.String();
        return new ServerEvent(kind, change, kind is "TOPOLOGY_CHANGE" or "STATUS_CHANGE" ? reader.EndPoint() : null);
    }

    private static string[]? Extras(ref BodyReader reader, HeaderFlags flags)
    {
        if ((flags & ~Known) != 0)
        {
            throw BodyReader.Malformed($"a message has the flags 0x{(byte)flags:X2}, which were not agreed upon");
        }

        if ((flags & HeaderFlags.Tracing) != 0)
        {
            reader.Take(16);
        }

        var warnings = (flags & HeaderFlags.Warning) != 0 ? reader.Strings() : null;
        if ((flags & HeaderFlags.CustomPayload) != 0)
        {
            for (var left = reader.Count(reader.Short(), 6); left > 0; left--)
            {
                reader.Take(reader.Short());
                reader.Take(Math.Max(0, reader.Int()));
            }
        }

        return warnings;
    }

    private static Answer Result(ref BodyReader reader, int version, RowSetMetadata? known)
    {
        var kind = (ResultKind)reader.Int();
        switch (kind)
        {
            case ResultKind.Void:
                return DoneAnswer.Instance;
            case ResultKind.Rows:
                return Rows(ref reader, known);
            case ResultKind.SetKeyspace:
                return new KeyspaceAnswer(reader.String());
            case ResultKind.SchemaChange:
                reader.String();
                return new SchemaAnswer(reader.String(), reader.String());
            case ResultKind.Prepared:
                return Prepared(ref reader, version);
            default:
                throw BodyReader.Malformed($"a result is of kind {(int)kind}");
        }
    }

    private static RowsAnswer Rows(ref BodyReader reader, RowSetMetadata? known)
    {
        var flags = reader.Int();
        var count = reader.Int();
        var paging = (flags & HasMorePages) != 0 ? reader.Bytes() : null;
        var id = (flags & MetadataChanged) != 0 ? reader.ShortBytes() : null;
        RowSetMetadata? metadata;
        if ((flags & NoMetadata) != 0)
        {
            metadata = known;
            if (metadata is null || metadata.Columns.Length != count)
            {
                throw BodyReader.Malformed($"rows of {count} columns come without their columns, and {metadata?.Columns.Length ?? 0} are known");
            }
        }
        else
        {
            metadata = ColumnReader.Read(ref reader, count, (flags & GlobalTable) != 0);
        }

        return new RowsAnswer(RowPage.Read(ref reader, metadata), paging, id is null ? null : new ResultMetadata(id, metadata));
    }

    private static PreparedAnswer Prepared(ref BodyReader reader, int version)
    {
        var id = reader.ShortBytes();
        var resultId = version >= 5 ? reader.ShortBytes() : [];
        var flags = reader.Int();
        var count = reader.Int();
        var routing = new int[reader.Count(reader.Int(), 2)];
        for (var at = 0; at < routing.Length; at++)
        {
            routing[at] = reader.Short();
            if (routing[at] >= count)
            {
                throw BodyReader.Malformed($"variable {routing[at]} is part of the key, and there are {count}");
            }
        }

        var variables = ColumnReader.Read(ref reader, count, (flags & GlobalTable) != 0);
        flags = reader.Int();
        count = reader.Int();
        if ((flags & HasMorePages) != 0)
        {
            reader.Bytes();
        }

        var columns = (flags & NoMetadata) != 0 ? new RowSetMetadata([]) : ColumnReader.Read(ref reader, count, (flags & GlobalTable) != 0);
        return new PreparedAnswer(id, new ResultMetadata(resultId, columns), variables, routing);
    }
}
