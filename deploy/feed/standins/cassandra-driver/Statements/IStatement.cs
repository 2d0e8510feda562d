namespace Cassandra;

/// <summary>A statement with its options; those that are not set are the cluster's.</summary>
public interface IStatement
{
    /// <summary>The partition key on the wire; null where it is not known.</summary>
    RoutingKey? RoutingKey { get; }

    /// <summary>The consistency level; null for <see cref="QueryOptions.GetConsistencyLevel"/>.</summary>
    ConsistencyLevel? ConsistencyLevel { get; }

    /// <summary>The level at which conditions are checked.</summary>
    ConsistencyLevel SerialConsistencyLevel { get; }

    /// <summary>Rows to a page; 0 for <see cref="QueryOptions.GetPageSize"/>.</summary>
    int PageSize { get; }

    /// <summary>How long one host may take, in milliseconds; 0 for <see cref="SocketOptions.ReadTimeoutMillis"/>.</summary>
    int ReadTimeoutMillis { get; }

    /// <summary>The retry policy; null for the cluster's.</summary>
    IRetryPolicy? RetryPolicy { get; }

    /// <summary>Where the page begins; null for the first.</summary>
    byte[]? PagingState { get; }

    /// <summary>The write time; null for the client's generator.</summary>
    DateTimeOffset? Timestamp { get; }

    /// <summary>Whether the result fetches further pages.</summary>
    bool AutoPage { get; }

    /// <summary>Whether executing it twice is as executing it once; null for <see cref="QueryOptions.GetDefaultIdempotence"/>.</summary>
    bool? IsIdempotent { get; }

    /// <summary>The keyspace of its table; null where it is not known.</summary>
    string? Keyspace { get; }

    /// <summary>Sets the consistency level.</summary>
    IStatement SetConsistencyLevel(ConsistencyLevel? consistency);

    /// <summary>Sets the level at which conditions are checked: Serial or LocalSerial.</summary>
    IStatement SetSerialConsistencyLevel(ConsistencyLevel serialConsistency);

    /// <summary>Sets the number of rows to a page.</summary>
    IStatement SetPageSize(int pageSize);

    /// <summary>Sets whether the result fetches further pages.</summary>
    IStatement SetAutoPage(bool autoPage);

    /// <summary>Sets where the page begins, and turns automatic paging off.</summary>
    IStatement SetPagingState(byte[]? pagingState);

    /// <summary>Sets how long one host may take, in milliseconds.</summary>
    IStatement SetReadTimeoutMillis(int timeout);

    /// <summary>Sets the retry policy.</summary>
    IStatement SetRetryPolicy(IRetryPolicy policy);

    /// <summary>Sets the write time; kept to the microsecond.</summary>
    IStatement SetTimestamp(DateTimeOffset value);

    /// <summary>Says whether executing it twice is as executing it once.</summary>
    IStatement SetIdempotence(bool value);
}
