namespace Streaming.Kafka;

/// <summary>Finds the one record whose output its topic refuses as too large: halves the transaction until it stands alone, then leaves out its
/// largest outputs one after another, so that everything else is written.</summary>
internal sealed class OversizeHunt
{
    private readonly int _mostRecords;
    private (PartitionId Partition, long Offset)? _culprit;
    private int _suspects;
    private int _drop;

    public OversizeHunt(int mostRecords)
    {
        _mostRecords = mostRecords;
        Limit = mostRecords;
    }

    /// <summary>The most records of the next transaction.</summary>
    public int Limit { get; private set; }

    /// <summary>Whether there is anything to find.</summary>
    public bool IsOn => _suspects > 0;

    /// <summary>A transaction was refused.</summary>
    /// <returns>False where there is nothing more that could be left out of it.</returns>
    public bool Refused(Workbench bench)
    {
        if (bench.Records > 1)
        {
            _suspects = IsOn ? _suspects : bench.Records;
            Limit = bench.Records / 2;
            return true;
        }

        if (bench.Records == 0 || bench.Content.LeftOut.Count == bench.Content.Outputs.Count)
        {
            return false;
        }

        Refused(bench.Partitions[0].Id, bench.Batches[0][0].Offset);
        return true;
    }

    /// <summary>How many outputs to leave out of a transaction, the largest first.</summary>
    public int DropFor(Workbench bench) => bench.Records == 1 && _culprit == (bench.Partitions[0].Id, bench.Batches[0][0].Offset) ? _drop : 0;

    /// <summary>A transaction was committed.</summary>
    /// <param name="records">Its records.</param>
    /// <param name="leftOut">Whether it was the one that is sought, without what no topic takes.</param>
    public void Committed(int records, bool leftOut)
    {
        _suspects = leftOut ? 0 : Math.Max(0, _suspects - records);
        if (_suspects == 0)
        {
            Limit = _mostRecords;
            _culprit = null;
            _drop = 0;
        }
    }

    private void Refused(PartitionId partition, long offset)
    {
        _suspects = IsOn ? _suspects : 1;
        Limit = 1;
        _drop = _culprit == (partition, offset) ? _drop + 1 : 1;
        _culprit = (partition, offset);
    }
}
