namespace Streaming.Kafka;

/// <summary>Finds the one record whose output its topic refuses as too large: halves the transaction until it stands alone, then leaves out its
/// largest outputs one after another, so that everything else is written.</summary>
internal sealed class OversizeHunt
{
    private readonly int _mostRecords;
    private int _suspects;

    public OversizeHunt(int mostRecords)
    {
        _mostRecords = mostRecords;
        Limit = mostRecords;
    }

    /// <summary>The most records of the next transaction.</summary>
    public int Limit { get; private set; }

    /// <summary>How many outputs to leave out, the largest first; only of a transaction of one record.</summary>
    public int Drop { get; private set; }

    /// <summary>Whether there is anything to find.</summary>
    public bool IsOn => Limit < _mostRecords || Drop > 0;

    /// <summary>A transaction of some records was refused.</summary>
    public void Refused(int records)
    {
        _suspects = IsOn ? _suspects : records;
        if (records > 1)
        {
            Limit = records / 2;
        }
        else
        {
            Limit = 1;
            Drop++;
        }
    }

    /// <summary>A transaction of some records was committed.</summary>
    public void Committed(int records)
    {
        _suspects -= records;
        if (Drop > 0 || _suspects <= 0)
        {
            Limit = _mostRecords;
            Drop = 0;
        }
    }
}
