namespace Streaming.Features.Assembly;

/// <summary>Counters that can be undone.</summary>
internal sealed class SetCounters
{
    private AssemblyCounters _committed;

    /// <summary>What they are now.</summary>
    public AssemblyCounters Now;

    /// <summary>Ends a transaction that holds.</summary>
    public void Commit() => _committed = Now;

    /// <summary>Ends a transaction that is undone.</summary>
    public void Rollback() => Now = _committed;

    /// <summary>Takes over what they were.</summary>
    public void Restore(in AssemblyCounters counters) => Now = _committed = counters;
}
