using Cassandra.Wire;

namespace Cassandra;

/// <summary>A statement with its options.</summary>
public abstract class Statement : IStatement
{
    private protected Statement()
    {
    }

    /// <inheritdoc/>
    public abstract RoutingKey? RoutingKey { get; }

    /// <inheritdoc/>
    public ConsistencyLevel? ConsistencyLevel { get; private set; }

    /// <inheritdoc/>
    public ConsistencyLevel SerialConsistencyLevel { get; private set; } = Cassandra.ConsistencyLevel.Serial;

    /// <inheritdoc/>
    public int PageSize { get; private set; }

    /// <inheritdoc/>
    public int ReadTimeoutMillis { get; private set; }

    /// <inheritdoc/>
    public IRetryPolicy? RetryPolicy { get; private set; }

    /// <inheritdoc/>
    public byte[]? PagingState { get; private set; }

    /// <inheritdoc/>
    public DateTimeOffset? Timestamp { get; private set; }

    /// <inheritdoc/>
    public bool AutoPage { get; private set; } = true;

    /// <inheritdoc/>
    public bool? IsIdempotent { get; private set; }

    /// <inheritdoc/>
    public virtual string? Keyspace => null;

    /// <summary>The host that alone is asked; null where the load balancing policy chooses.</summary>
    public Host? Host { get; private set; }

    internal abstract Opcode Opcode { get; }

    /// <summary>What a batch writes before the values of this statement.</summary>
    internal virtual PreparedStatement? Prepared => null;

    /// <inheritdoc/>
    public IStatement SetConsistencyLevel(ConsistencyLevel? consistency)
    {
        ConsistencyLevel = consistency;
        return this;
    }

    /// <inheritdoc/>
    public IStatement SetSerialConsistencyLevel(ConsistencyLevel serialConsistency)
    {
        if (serialConsistency is not (Cassandra.ConsistencyLevel.Serial or Cassandra.ConsistencyLevel.LocalSerial))
        {
            throw new ArgumentException($"The serial consistency is Serial or LocalSerial; it was {serialConsistency}.", nameof(serialConsistency));
        }

        SerialConsistencyLevel = serialConsistency;
        return this;
    }

    /// <inheritdoc/>
    public IStatement SetPageSize(int pageSize)
    {
        PageSize = pageSize;
        return this;
    }

    /// <inheritdoc/>
    public IStatement SetAutoPage(bool autoPage)
    {
        AutoPage = autoPage;
        return this;
    }

    /// <inheritdoc/>
    public IStatement SetPagingState(byte[]? pagingState)
    {
        PagingState = pagingState;
        return pagingState is { Length: > 0 } ? SetAutoPage(false) : this;
    }

    /// <inheritdoc/>
    public IStatement SetReadTimeoutMillis(int timeout)
    {
        ReadTimeoutMillis = timeout;
        return this;
    }

    /// <inheritdoc/>
    public IStatement SetRetryPolicy(IRetryPolicy policy)
    {
        RetryPolicy = policy;
        return this;
    }

    /// <inheritdoc/>
    public IStatement SetTimestamp(DateTimeOffset value)
    {
        Timestamp = value;
        return this;
    }

    /// <inheritdoc/>
    public IStatement SetIdempotence(bool value)
    {
        IsIdempotent = value;
        return this;
    }

    /// <summary>Sets the host that alone is asked, past the load balancing policy; null for the policy's choice.</summary>
    public IStatement SetHost(Host? host)
    {
        Host = host;
        return this;
    }

    internal abstract void Encode(WireWriter writer, int version, in RequestValues request);

    /// <summary>The statement as part of a batch.</summary>
    internal abstract void EncodeInBatch(WireWriter writer);
}
