namespace Cassandra;

/// <summary>How many replicas must answer.</summary>
public enum ConsistencyLevel
{
    /// <summary>Any node, even one that only keeps a hint.</summary>
    Any = 0x0000,

    /// <summary>One replica.</summary>
    One = 0x0001,

    /// <summary>Two replicas.</summary>
    Two = 0x0002,

    /// <summary>Three replicas.</summary>
    Three = 0x0003,

    /// <summary>More than half of the replicas of all data centres together.</summary>
    Quorum = 0x0004,

    /// <summary>Every replica.</summary>
    All = 0x0005,

    /// <summary>More than half of the local data centre's replicas.</summary>
    LocalQuorum = 0x0006,

    /// <summary>More than half of each data centre's replicas.</summary>
    EachQuorum = 0x0007,

    /// <summary>For conditional statements, over all data centres.</summary>
    Serial = 0x0008,

    /// <summary>For conditional statements, in the local data centre.</summary>
    LocalSerial = 0x0009,

    /// <summary>One replica of the local data centre.</summary>
    LocalOne = 0x000A,
}

/// <summary>What a batch promises.</summary>
public enum BatchType
{
    /// <summary>All or nothing, by a log: costs more.</summary>
    Logged = 0,

    /// <summary>Statements sent together; all or nothing only where they are of one partition.</summary>
    Unlogged = 1,

    /// <summary>Of counters.</summary>
    Counter = 2,
}

/// <summary>A column's type.</summary>
public enum ColumnTypeCode
{
    /// <summary>A type of the server's own, by the name of its class.</summary>
    Custom = 0x0000,

    /// <summary>ASCII text.</summary>
    Ascii = 0x0001,

    /// <summary>64-bit integer.</summary>
    Bigint = 0x0002,

    /// <summary>Bytes.</summary>
    Blob = 0x0003,

    /// <summary>True or false.</summary>
    Boolean = 0x0004,

    /// <summary>A 64-bit counter.</summary>
    Counter = 0x0005,

    /// <summary>A decimal of any precision; not supported here.</summary>
    Decimal = 0x0006,

    /// <summary>64-bit floating point.</summary>
    Double = 0x0007,

    /// <summary>32-bit floating point.</summary>
    Float = 0x0008,

    /// <summary>32-bit integer.</summary>
    Int = 0x0009,

    /// <summary>UTF-8 text, under its old name.</summary>
    Text = 0x000A,

    /// <summary>Milliseconds since 1970.</summary>
    Timestamp = 0x000B,

    /// <summary>A UUID.</summary>
    Uuid = 0x000C,

    /// <summary>UTF-8 text.</summary>
    Varchar = 0x000D,

    /// <summary>An integer of any size; not supported here.</summary>
    Varint = 0x000E,

    /// <summary>A UUID with a time.</summary>
    Timeuuid = 0x000F,

    /// <summary>An IP address.</summary>
    Inet = 0x0010,

    /// <summary>A day.</summary>
    Date = 0x0011,

    /// <summary>A time of day; not supported here.</summary>
    Time = 0x0012,

    /// <summary>16-bit integer.</summary>
    SmallInt = 0x0013,

    /// <summary>8-bit integer.</summary>
    TinyInt = 0x0014,

    /// <summary>Months, days and nanoseconds; not supported here.</summary>
    Duration = 0x0015,

    /// <summary>Values in order.</summary>
    List = 0x0020,

    /// <summary>Keys and values.</summary>
    Map = 0x0021,

    /// <summary>Different values.</summary>
    Set = 0x0022,

    /// <summary>A user's type; not supported here.</summary>
    Udt = 0x0030,

    /// <summary>A tuple; not supported here.</summary>
    Tuple = 0x0031,
}

/// <summary>Versions of the native protocol.</summary>
public enum ProtocolVersion : byte
{
    /// <summary>Of Cassandra 2.2 to 3.</summary>
    V4 = 4,

    /// <summary>Of Cassandra 4 and newer: checksums, and result metadata with an id.</summary>
    V5 = 5,

    /// <summary>The newest that this client speaks.</summary>
    MaxSupported = V5,

    /// <summary>The oldest that this client speaks.</summary>
    MinSupported = V4,
}

/// <summary>How far a host is, for a load balancing policy.</summary>
public enum HostDistance
{
    /// <summary>Asked first.</summary>
    Local,

    /// <summary>Asked when no local host answers.</summary>
    Remote,

    /// <summary>Never asked; no connection is made.</summary>
    Ignored,
}
