using System.Net;

namespace Cassandra;

/// <summary>Fewer replicas are alive than the consistency level asks for; nothing was written.</summary>
public sealed class UnavailableException(ConsistencyLevel consistency, int required, int alive)
    : QueryExecutionException($"Not enough replicas available for query at consistency {consistency} ({required} required but only {alive} alive)")
{
    /// <summary>The consistency level that was asked for.</summary>
    public ConsistencyLevel Consistency { get; } = consistency;

    /// <summary>How many replicas it needs.</summary>
    public int RequiredReplicas { get; } = required;

    /// <summary>How many the coordinator knew to be alive.</summary>
    public int AliveReplicas { get; } = alive;
}

/// <summary>Too few replicas answered the coordinator in time.</summary>
public abstract class QueryTimeoutException(string message, ConsistencyLevel consistencyLevel, int receivedAcknowledgements, int requiredAcknowledgements)
    : QueryExecutionException(message)
{
    /// <summary>The consistency level that was asked for.</summary>
    public ConsistencyLevel ConsistencyLevel { get; } = consistencyLevel;

    /// <summary>How many answered.</summary>
    public int ReceivedAcknowledgements { get; } = receivedAcknowledgements;

    /// <summary>How many should have.</summary>
    public int RequiredAcknowledgements { get; } = requiredAcknowledgements;
}

/// <summary>A read that too few replicas answered in time.</summary>
public sealed class ReadTimeoutException(ConsistencyLevel consistency, int received, int required, bool dataPresent)
    : QueryTimeoutException(
        $"Cassandra timeout during read query at consistency {consistency} ({received} of {required} replicas answered{(dataPresent ? "" : ", none with the data")})",
        consistency,
        received,
        required)
{
    /// <summary>Whether the replica that was asked for the data answered.</summary>
    public bool WasDataRetrieved { get; } = dataPresent;
}

/// <summary>A write that too few replicas acknowledged in time; it may yet be applied.</summary>
public sealed class WriteTimeoutException(ConsistencyLevel consistency, int received, int required, string writeType)
    : QueryTimeoutException(
        $"Cassandra timeout during write query at consistency {consistency} ({received} replica(s) acknowledged the write over {required} required)",
        consistency,
        received,
        required)
{
    /// <summary>SIMPLE, BATCH, UNLOGGED_BATCH, COUNTER, BATCH_LOG, CAS, VIEW or CDC.</summary>
    public string WriteType { get; } = writeType;
}

/// <summary>Replicas failed at a read.</summary>
public sealed class ReadFailureException(ConsistencyLevel consistency, int received, int required, bool dataPresent, IDictionary<IPAddress, int> reasons)
    : QueryExecutionException(
        $"Server failure during read query at consistency {consistency} ({required} responses were required but only {received} replica responded, {reasons.Count} failed)")
{
    /// <summary>The consistency level that was asked for.</summary>
    public ConsistencyLevel ConsistencyLevel { get; } = consistency;

    /// <summary>How many answered.</summary>
    public int ReceivedAcknowledgements { get; } = received;

    /// <summary>How many should have.</summary>
    public int RequiredAcknowledgements { get; } = required;

    /// <summary>Whether the replica that was asked for the data answered.</summary>
    public bool WasDataRetrieved { get; } = dataPresent;

    /// <summary>How many failed.</summary>
    public int Failures => Reasons.Count;

    /// <summary>The code of each replica's failure.</summary>
    public IDictionary<IPAddress, int> Reasons { get; } = reasons;
}

/// <summary>Replicas failed at a write; it may have been applied on others.</summary>
public sealed class WriteFailureException(ConsistencyLevel consistency, int received, int required, string writeType, IDictionary<IPAddress, int> reasons)
    : QueryExecutionException(
        $"Server failure during write query at consistency {consistency} ({required} responses were required but only {received} replica responded, {reasons.Count} failed)")
{
    /// <summary>The consistency level that was asked for.</summary>
    public ConsistencyLevel ConsistencyLevel { get; } = consistency;

    /// <summary>How many acknowledged.</summary>
    public int ReceivedAcknowledgements { get; } = received;

    /// <summary>How many should have.</summary>
    public int RequiredAcknowledgements { get; } = required;

    /// <summary>SIMPLE, BATCH, UNLOGGED_BATCH, COUNTER, BATCH_LOG, CAS, VIEW or CDC.</summary>
    public string WriteType { get; } = writeType;

    /// <summary>How many failed.</summary>
    public int Failures => Reasons.Count;

    /// <summary>The code of each replica's failure.</summary>
    public IDictionary<IPAddress, int> Reasons { get; } = reasons;
}
