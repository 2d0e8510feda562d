using System.Net;

namespace Cassandra;

/// <summary>How a statement was executed.</summary>
public sealed class ExecutionInfo
{
    private readonly IReadOnlyCollection<IPEndPoint> _failedBefore;

    internal ExecutionInfo(IPEndPoint queriedHost, IReadOnlyCollection<IPEndPoint> failedBefore, ConsistencyLevel achieved)
    {
        QueriedHost = queriedHost;
        _failedBefore = failedBefore;
        AchievedConsistency = achieved;
    }

    /// <summary>The host that answered.</summary>
    public IPEndPoint QueriedHost { get; }

    /// <summary>All hosts that were tried, the one that answered last.</summary>
    public List<IPEndPoint> TriedHosts => [.. _failedBefore, QueriedHost];

    /// <summary>The consistency level that was used.</summary>
    public ConsistencyLevel AchievedConsistency { get; }

    /// <summary>Warnings of the server; null where there are none.</summary>
    public string[]? Warnings { get; internal init; }

    /// <summary>After a change of the schema, whether all live nodes had it when the change was answered; else true.</summary>
    public bool IsSchemaInAgreement { get; internal set; } = true;
}
