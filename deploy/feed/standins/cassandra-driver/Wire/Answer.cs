using System.Net;

namespace Cassandra.Wire;

/// <summary>What a server answers, read.</summary>
internal abstract record Answer
{
    /// <summary>Warnings that came with it.</summary>
    public string[]? Warnings { get; init; }
}

/// <summary>READY, AUTH_SUCCESS, or a result without content.</summary>
internal sealed record DoneAnswer : Answer
{
    public static readonly DoneAnswer Instance = new();
}

internal sealed record AuthenticateAnswer(string Authenticator) : Answer;

internal sealed record SupportedAnswer : Answer;

internal sealed record RowsAnswer(RowPage Page, byte[]? PagingState, ResultMetadata? Changed) : Answer;

internal sealed record KeyspaceAnswer(string Keyspace) : Answer;

internal sealed record SchemaAnswer(string Target, string Keyspace) : Answer;

internal sealed record PreparedAnswer(byte[] Id, ResultMetadata Result, RowSetMetadata Variables, int[] RoutingIndexes) : Answer;

internal sealed record ErrorAnswer(ErrorCode Code, Exception Exception) : Answer;

/// <summary>The columns of a prepared statement's rows, and in version 5 the id under which the server knows them.</summary>
internal sealed record ResultMetadata(byte[] Id, RowSetMetadata Metadata);

internal enum ErrorCode
{
    Server = 0x0000,
    Protocol = 0x000A,
    BadCredentials = 0x0100,
    Unavailable = 0x1000,
    Overloaded = 0x1001,
    IsBootstrapping = 0x1002,
    Truncate = 0x1003,
    WriteTimeout = 0x1100,
    ReadTimeout = 0x1200,
    ReadFailure = 0x1300,
    FunctionFailure = 0x1400,
    WriteFailure = 0x1500,
    CdcWriteFailure = 0x1600,
    CasWriteUnknown = 0x1700,
    Syntax = 0x2000,
    Unauthorized = 0x2100,
    Invalid = 0x2200,
    Configuration = 0x2300,
    AlreadyExists = 0x2400,
    Unprepared = 0x2500,
}

/// <summary>Something that the server tells unasked.</summary>
/// <param name="Kind">TOPOLOGY_CHANGE, STATUS_CHANGE or SCHEMA_CHANGE.</param>
/// <param name="Change">What changed.</param>
/// <param name="Address">The node; null where the schema changed.</param>
internal sealed record ServerEvent(string Kind, string Change, IPEndPoint? Address);
