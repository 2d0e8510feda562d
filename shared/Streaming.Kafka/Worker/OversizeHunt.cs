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

    /// <summary>How many outputs to leave out of a transaction of this one record, the largest first.</summary>
    public int DropFor(PartitionId partition, long offset) => _culprit == (partition, offset) ? _drop : 0;

    /// <summary>A transaction of several records was refused.</summary>
    public void Refused(int records)
    {
        _suspects = IsOn ? _suspects : records;
        Limit = records / 2;
    }

    /// <summary>A transaction of this one record was refused.</summary>
    public void Refused(PartitionId partition, long offset)
    {
        _suspects = IsOn ? _suspects : 1;
        Limit = 1;
        _drop = _culprit == (partition, offset) ? _drop + 1 : 1;
        _culprit = (partition, offset);
    }

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
}
