using Cassandra;

namespace Streaming.History.Cassandra;

/// <summary>
/// Repeats at once, on another node, what a node could not even take. Everything else is repeated by whoever asked, who waits in between: the driver's own
/// policies repeat without a pause, and one of them without asking whether that is safe.
/// </summary>
internal sealed class NextHostRetryPolicy : IExtendedRetryPolicy
{
    public static readonly NextHostRetryPolicy Instance = new();

    private const int Attempts = 2;

    private NextHostRetryPolicy()
    {
    }

    public RetryDecision OnReadTimeout(IStatement query, ConsistencyLevel cl, int requiredResponses, int receivedResponses, bool dataRetrieved, int nbRetry) => RetryDecision.Rethrow();

    public RetryDecision OnWriteTimeout(IStatement query, ConsistencyLevel cl, string writeType, int requiredAcks, int receivedAcks, int nbRetry) => RetryDecision.Rethrow();

    public RetryDecision OnUnavailable(IStatement query, ConsistencyLevel cl, int requiredReplica, int aliveReplica, int nbRetry) => RetryDecision.Rethrow();

    public RetryDecision OnRequestError(IStatement statement, Configuration config, Exception ex, int nbRetry) =>
        statement.IsIdempotent == true && nbRetry < Attempts && ex is not OperationTimedOutException and not OverloadedException
            ? RetryDecision.Retry(null, useCurrentHost: false)
            : RetryDecision.Rethrow();
}
