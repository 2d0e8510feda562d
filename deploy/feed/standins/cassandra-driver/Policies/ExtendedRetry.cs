namespace Cassandra;

/// <summary>Adds the default's decision about unanswered requests to a policy that makes none.</summary>
internal sealed class ExtendedRetry : IExtendedRetryPolicy
{
    private readonly IRetryPolicy _policy;

    private ExtendedRetry(IRetryPolicy policy) => _policy = policy;

    public static IExtendedRetryPolicy Of(IRetryPolicy policy) => policy as IExtendedRetryPolicy ?? new ExtendedRetry(policy);

    public RetryDecision OnReadTimeout(IStatement query, ConsistencyLevel cl, int requiredResponses, int receivedResponses, bool dataRetrieved, int nbRetry) =>
        _policy.OnReadTimeout(query, cl, requiredResponses, receivedResponses, dataRetrieved, nbRetry);

    public RetryDecision OnWriteTimeout(IStatement query, ConsistencyLevel cl, string writeType, int requiredAcks, int receivedAcks, int nbRetry) =>
        _policy.OnWriteTimeout(query, cl, writeType, requiredAcks, receivedAcks, nbRetry);

    public RetryDecision OnUnavailable(IStatement query, ConsistencyLevel cl, int requiredReplica, int aliveReplica, int nbRetry) =>
        _policy.OnUnavailable(query, cl, requiredReplica, aliveReplica, nbRetry);

    public RetryDecision OnRequestError(IStatement statement, Configuration config, Exception ex, int nbRetry) =>
        Policies.DefaultRetryPolicy.OnRequestError(statement, config, ex, nbRetry);
}
