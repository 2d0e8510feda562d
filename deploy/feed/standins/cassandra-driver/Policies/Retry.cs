namespace Cassandra;

/// <summary>What to do about a failed request.</summary>
public sealed class RetryDecision
{
    private RetryDecision(RetryDecisionType type, ConsistencyLevel? consistency, bool useCurrentHost)
    {
        DecisionType = type;
        RetryConsistencyLevel = consistency;
        UseCurrentHost = useCurrentHost;
    }

    /// <summary>The kinds of a decision.</summary>
    public enum RetryDecisionType
    {
        /// <summary>Ask again.</summary>
        Retry,

        /// <summary>Tell the caller.</summary>
        Rethrow,

        /// <summary>Answer the caller as if it had worked, without rows.</summary>
        Ignore,
    }

    /// <summary>What to do.</summary>
    public RetryDecisionType DecisionType { get; }

    /// <summary>The consistency level of the retry; null for the one it had.</summary>
    public ConsistencyLevel? RetryConsistencyLevel { get; }

    /// <summary>Whether to ask the same host again, not the next.</summary>
    public bool UseCurrentHost { get; }

    /// <summary>Tell the caller.</summary>
    public static RetryDecision Rethrow() => new(RetryDecisionType.Rethrow, null, false);

    /// <summary>Ask again.</summary>
    public static RetryDecision Retry(ConsistencyLevel? consistency, bool useCurrentHost = true) => new(RetryDecisionType.Retry, consistency, useCurrentHost);

    /// <summary>Answer as if it had worked.</summary>
    public static RetryDecision Ignore() => new(RetryDecisionType.Ignore, null, false);
}

/// <summary>Decides about requests that a coordinator could not fulfil.</summary>
public interface IRetryPolicy
{
    /// <summary>Too few replicas answered a read in time.</summary>
    RetryDecision OnReadTimeout(IStatement query, ConsistencyLevel cl, int requiredResponses, int receivedResponses, bool dataRetrieved, int nbRetry);

    /// <summary>Too few replicas acknowledged a write in time.</summary>
    RetryDecision OnWriteTimeout(IStatement query, ConsistencyLevel cl, string writeType, int requiredAcks, int receivedAcks, int nbRetry);

    /// <summary>Too few replicas are alive.</summary>
    RetryDecision OnUnavailable(IStatement query, ConsistencyLevel cl, int requiredReplica, int aliveReplica, int nbRetry);
}

/// <summary>Decides also about requests that a coordinator did not answer.</summary>
public interface IExtendedRetryPolicy : IRetryPolicy
{
    /// <summary>The connection was lost, time ran out, or the coordinator is overloaded, starting or broken.</summary>
    RetryDecision OnRequestError(IStatement statement, Configuration config, Exception ex, int nbRetry);
}

/// <summary>
/// Asks again where that is likely to help: a read once, of the same host, where enough replicas answered without the data; an unavailable
/// statement once, of the next host; the log of a batch once; the next host where one did not answer, whether or not the statement is idempotent.
/// </summary>
public sealed class DefaultRetryPolicy : IExtendedRetryPolicy
{
    /// <inheritdoc/>
    public RetryDecision OnReadTimeout(IStatement query, ConsistencyLevel cl, int requiredResponses, int receivedResponses, bool dataRetrieved, int nbRetry) =>
        nbRetry == 0 && receivedResponses >= requiredResponses && !dataRetrieved ? RetryDecision.Retry(cl) : RetryDecision.Rethrow();

    /// <inheritdoc/>
    public RetryDecision OnWriteTimeout(IStatement query, ConsistencyLevel cl, string writeType, int requiredAcks, int receivedAcks, int nbRetry) =>
        nbRetry == 0 && writeType == "BATCH_LOG" ? RetryDecision.Retry(cl) : RetryDecision.Rethrow();

    /// <inheritdoc/>
    public RetryDecision OnUnavailable(IStatement query, ConsistencyLevel cl, int requiredReplica, int aliveReplica, int nbRetry) =>
        nbRetry == 0 ? RetryDecision.Retry(null, false) : RetryDecision.Rethrow();

    /// <inheritdoc/>
    public RetryDecision OnRequestError(IStatement statement, Configuration config, Exception ex, int nbRetry) => RetryDecision.Retry(null, false);
}

/// <summary>Never asks again.</summary>
public sealed class FallthroughRetryPolicy : IExtendedRetryPolicy
{
    /// <summary>The one instance.</summary>
    public static readonly FallthroughRetryPolicy Instance = new();

    private FallthroughRetryPolicy()
    {
    }

    /// <inheritdoc/>
    public RetryDecision OnReadTimeout(IStatement query, ConsistencyLevel cl, int requiredResponses, int receivedResponses, bool dataRetrieved, int nbRetry) =>
        RetryDecision.Rethrow();

    /// <inheritdoc/>
    public RetryDecision OnWriteTimeout(IStatement query, ConsistencyLevel cl, string writeType, int requiredAcks, int receivedAcks, int nbRetry) =>
        RetryDecision.Rethrow();

    /// <inheritdoc/>
    public RetryDecision OnUnavailable(IStatement query, ConsistencyLevel cl, int requiredReplica, int aliveReplica, int nbRetry) => RetryDecision.Rethrow();

    /// <inheritdoc/>
    public RetryDecision OnRequestError(IStatement statement, Configuration config, Exception ex, int nbRetry) => RetryDecision.Rethrow();
}

/// <summary>Asks another policy about idempotent statements, and about others only where nothing was done.</summary>
public sealed class IdempotenceAwareRetryPolicy(IRetryPolicy childPolicy) : IExtendedRetryPolicy
{
    private readonly IRetryPolicy _child = childPolicy;

    /// <inheritdoc/>
    public RetryDecision OnReadTimeout(IStatement query, ConsistencyLevel cl, int requiredResponses, int receivedResponses, bool dataRetrieved, int nbRetry) =>
        _child.OnReadTimeout(query, cl, requiredResponses, receivedResponses, dataRetrieved, nbRetry);

    /// <inheritdoc/>
    public RetryDecision OnWriteTimeout(IStatement query, ConsistencyLevel cl, string writeType, int requiredAcks, int receivedAcks, int nbRetry) =>
        query.IsIdempotent == true ? _child.OnWriteTimeout(query, cl, writeType, requiredAcks, receivedAcks, nbRetry) : RetryDecision.Rethrow();

    /// <inheritdoc/>
    public RetryDecision OnUnavailable(IStatement query, ConsistencyLevel cl, int requiredReplica, int aliveReplica, int nbRetry) =>
        _child.OnUnavailable(query, cl, requiredReplica, aliveReplica, nbRetry);

    /// <inheritdoc/>
    public RetryDecision OnRequestError(IStatement statement, Configuration config, Exception ex, int nbRetry) =>
        statement.IsIdempotent != true ? RetryDecision.Rethrow()
        : _child is IExtendedRetryPolicy extended ? extended.OnRequestError(statement, config, ex, nbRetry) : RetryDecision.Retry(null, false);
}
