namespace Cassandra;

/// <summary>What statements have that say nothing else.</summary>
public sealed class QueryOptions
{
    /// <summary>The consistency level where none is set.</summary>
    public const ConsistencyLevel DefaultConsistencyLevel = ConsistencyLevel.LocalOne;

    /// <summary>The rows to a page where no number is set.</summary>
    public const int DefaultPageSize = 5000;

    private ConsistencyLevel _consistency = DefaultConsistencyLevel;
    private ConsistencyLevel _serial = ConsistencyLevel.Serial;
    private int _pageSize = DefaultPageSize;
    private bool _idempotence;
    private bool _prepareOnAllHosts = true;

    /// <summary>Sets the consistency level; LocalOne where it is not set.</summary>
    public QueryOptions SetConsistencyLevel(ConsistencyLevel consistencyLevel)
    {
        _consistency = consistencyLevel;
        return this;
    }

    /// <summary>The consistency level.</summary>
    public ConsistencyLevel GetConsistencyLevel() => _consistency;

    /// <summary>Sets the level at which conditions are checked.</summary>
    public QueryOptions SetSerialConsistencyLevel(ConsistencyLevel serialConsistencyLevel)
    {
        _serial = serialConsistencyLevel;
        return this;
    }

    /// <summary>The level at which conditions are checked.</summary>
    public ConsistencyLevel GetSerialConsistencyLevel() => _serial;

    /// <summary>Sets the rows to a page; 5,000 where it is not set.</summary>
    public QueryOptions SetPageSize(int pageSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(pageSize);
        _pageSize = pageSize;
        return this;
    }

    /// <summary>The rows to a page.</summary>
    public int GetPageSize() => _pageSize;

    /// <summary>Sets whether statements are idempotent that do not say; false where it is not set.</summary>
    public QueryOptions SetDefaultIdempotence(bool idempotence)
    {
        _idempotence = idempotence;
        return this;
    }

    /// <summary>Whether statements are idempotent that do not say.</summary>
    public bool GetDefaultIdempotence() => _idempotence;

    /// <summary>Sets whether a statement is prepared on all hosts at once; true where it is not set.</summary>
    public QueryOptions SetPrepareOnAllHosts(bool prepareOnAllHosts)
    {
        _prepareOnAllHosts = prepareOnAllHosts;
        return this;
    }

    /// <summary>Whether a statement is prepared on all hosts at once.</summary>
    public bool IsPrepareOnAllHosts() => _prepareOnAllHosts;
}
