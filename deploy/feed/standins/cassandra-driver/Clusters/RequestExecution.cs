using System.Net;
using Cassandra.Connections;
using Cassandra.Wire;

namespace Cassandra.Clusters;

/// <summary>
/// One execution of a statement: tries the hosts of the plan, prepares again what a host has forgotten, and does what the retry policy says. It
/// advances by calls of readers, without a task or thread of its own, and its caller goes on elsewhere.
/// </summary>
internal sealed class RequestExecution : TaskCompletionSource<RowSet>, IOperation
{
    private const int MostPreparations = 4;
    private readonly Session _session;
    private readonly Statement _statement;
    private readonly IEnumerator<Host> _plan;
    private readonly int _timeoutMillis;
    private readonly bool _autoPage;
    private RequestValues _request;
    private Dictionary<IPEndPoint, Exception>? _errors;
    private HostPool? _pool;
    private int _retries;
    private int _preparations;

    public RequestExecution(Session session, Statement statement, byte[]? pagingState, bool autoPage)
        : base(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        var options = session.Configuration.QueryOptions;
        var pageSize = statement.PageSize > 0 ? statement.PageSize : options.GetPageSize();
        _session = session;
        _statement = statement;
        _autoPage = autoPage;
        _timeoutMillis = statement.ReadTimeoutMillis > 0 ? statement.ReadTimeoutMillis : session.Configuration.SocketOptions.ReadTimeoutMillis;
        _request = new RequestValues(
            statement.ConsistencyLevel ?? options.GetConsistencyLevel(),
            pageSize == int.MaxValue ? 0 : pageSize,
            pagingState,
            statement.SerialConsistencyLevel == ConsistencyLevel.Serial ? options.GetSerialConsistencyLevel() : statement.SerialConsistencyLevel,
            WriteTime(statement.Timestamp, session.Configuration.TimestampGenerator));
        _plan = (statement.Host is { } host ? [host] : session.Configuration.Policies.LoadBalancingPolicy.NewQueryPlan(session.Keyspace, statement)).GetEnumerator();
    }

    public Opcode Opcode => _statement.Opcode;

    public void Encode(WireWriter writer, int version)
    {
        _request = _request with { Result = _statement.Prepared?.Result };
        _statement.Encode(writer, version, _request);
    }

    /// <summary>Sends it to the next host of the plan.</summary>
    public void TryNext()
    {
        try
        {
            while (_plan.MoveNext())
            {
                var pool = _session.PoolOf(_plan.Current);
                if (pool is null)
                {
                    continue;
                }

                _pool = pool;
                if (pool.TrySend(this, _timeoutMillis, out var reason) is not null)
                {
                    return;
                }

                Note(pool.Host, reason!);
            }

            TrySetException(_session.IsDisposed ? new ObjectDisposedException(nameof(Session)) : new NoHostAvailableException(_errors ?? []));
        }
        catch (Exception wrong)
        {
            TrySetException(wrong);
        }
    }

    public void OnResponse(Connection connection, in FrameHeader header, ReadOnlySpan<byte> body)
    {
        var answer = AnswerReader.Read(header, body, connection.Address, _request.Result?.Metadata);
        switch (answer)
        {
            case RowsAnswer rows:
                if (rows.Changed is not null && _statement.Prepared is { } prepared)
                {
                    prepared.Result = rows.Changed;
                }

                Complete(answer, rows.Page, rows.PagingState);
                break;
            case ErrorAnswer { Exception: PreparedQueryNotFoundException forgotten }:
                _ = PrepareAgainAsync(connection, forgotten);
                break;
            case ErrorAnswer error:
                Decide(error.Exception);
                break;
            case SchemaAnswer:
                _ = CompleteAfterAgreementAsync(answer, connection);
                break;
            case KeyspaceAnswer:
                connection.Close(new InvalidOperationException("Another keyspace was chosen on it."));
                TrySetException(new NotSupportedException("A session's keyspace is chosen where it is connected: ConnectAsync(keyspace), not USE."));
                break;
            default:
                Complete(answer, null, null);
                break;
        }
    }

    public void OnFailure(Connection connection, Exception reason)
    {
        if (!Task.IsCompleted)
        {
            Decide(reason);
        }
    }

    private static long? WriteTime(DateTimeOffset? given, ITimestampGenerator generator)
    {
        if (given is { } moment)
        {
            return (moment.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
        }

        var next = generator.Next();
        return next == long.MinValue ? null : next;
    }

    private void Complete(Answer answer, RowPage? page, byte[]? pagingState) => TrySetResult(MakeRows(answer, page, pagingState));

    private RowSet MakeRows(Answer answer, RowPage? page, byte[]? pagingState) =>
        new(
            new ExecutionInfo(_pool!.Host.Address, _errors is null ? [] : _errors.Keys, _request.Consistency) { Warnings = answer.Warnings },
            page,
            pagingState,
            _autoPage && pagingState is not null ? from => _session.ExecuteAsync(_statement, from, autoPage: true) : null);

    private async Task CompleteAfterAgreementAsync(Answer answer, Connection changed)
    {
        var rows = MakeRows(answer, null, null);
        rows.Info.IsSchemaInAgreement = await _session.Cluster.Control.AgreeAsync(changed).ConfigureAwait(false);
        TrySetResult(rows);
    }

    private void Note(Host host, Exception reason) => (_errors ??= [])[host.Address] = reason;

    private void Decide(Exception reason)
    {
        RetryDecision decision;
        try
        {
            decision = Ask(reason);
        }
        catch (Exception wrong)
        {
            TrySetException(wrong);
            return;
        }

        switch (decision.DecisionType)
        {
            case RetryDecision.RetryDecisionType.Retry:
                _retries++;
                _request = _request with { Consistency = decision.RetryConsistencyLevel ?? _request.Consistency };
                if (decision.UseCurrentHost)
                {
                    SendAgain();
                }
                else
                {
                    Note(_pool!.Host, reason);
                    TryNext();
                }

                break;
            case RetryDecision.RetryDecisionType.Ignore:
                Complete(DoneAnswer.Instance, null, null);
                break;
            default:
                TrySetException(reason);
                break;
        }
    }

    private RetryDecision Ask(Exception reason)
    {
        IExtendedRetryPolicy policy = _statement.RetryPolicy is { } own ? ExtendedRetry.Of(own) : _session.Configuration.Policies.ExtendedRetryPolicy;
        return reason switch
        {
            ReadTimeoutException read => policy.OnReadTimeout(
                _statement, read.ConsistencyLevel, read.RequiredAcknowledgements, read.ReceivedAcknowledgements, read.WasDataRetrieved, _retries),
            WriteTimeoutException write => policy.OnWriteTimeout(
                _statement, write.ConsistencyLevel, write.WriteType, write.RequiredAcknowledgements, write.ReceivedAcknowledgements, _retries),
            UnavailableException few => policy.OnUnavailable(_statement, few.Consistency, few.RequiredReplicas, few.AliveReplicas, _retries),
            QueryExecutionException and not TruncateException => RetryDecision.Rethrow(),
            QueryValidationException and not (OverloadedException or IsBootstrappingException) => RetryDecision.Rethrow(),
            _ => policy.OnRequestError(_statement, _session.Configuration, reason, _retries),
        };
    }

    private void SendAgain()
    {
        try
        {
            if (_pool!.TrySend(this, _timeoutMillis, out var reason) is null)
            {
                Note(_pool.Host, reason!);
                TryNext();
            }
        }
        catch (Exception wrong)
        {
            TrySetException(wrong);
        }
    }

    private async Task PrepareAgainAsync(Connection connection, PreparedQueryNotFoundException forgotten)
    {
        var prepared = _statement switch
        {
            BatchStatement batch => batch.Queries.Select(query => query.Prepared).FirstOrDefault(query => query is not null && query.Id.AsSpan().SequenceEqual(forgotten.UnknownId)),
            _ => _statement.Prepared,
        };
        var most = MostPreparations + ((_statement as BatchStatement)?.Queries.Count ?? 0);
        if (prepared is null || ++_preparations > most)
        {
            TrySetException(forgotten);
            return;
        }

        try
        {
            await _pool!.PrepareAgainAsync(connection, prepared).ConfigureAwait(false);
        }
        catch (Exception wrong)
        {
            Decide(wrong);
            return;
        }

        SendAgain();
    }
}
