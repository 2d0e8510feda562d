using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>What is gathered for the next transaction, over all partitions.</summary>
internal sealed class Intake(long mostBytes, IReadinessGate? gate, TimeProvider time)
{
    /// <summary>Holds back records that are not ready.</summary>
    public IReadinessGate? Gate => gate;

    /// <summary>How many records.</summary>
    public int Records { get; private set; }

    /// <summary>How many bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>The most records of one transaction; lowered while a record is sought that cannot be written.</summary>
    public required int MostRecords { get; set; }

    /// <summary>Whether nothing is taken for now.</summary>
    public bool IsFrozen { get; set; }

    public bool IsFull => Records >= MostRecords || Bytes >= mostBytes;

    /// <summary>When the first record came, as a timestamp.</summary>
    public long Began { get; private set; }

    public void Count(long bytes)
    {
        if (Records++ == 0)
        {
            Began = time.GetTimestamp();
        }

        Bytes += bytes;
    }

    public void Forget(int records, long bytes)
    {
        Records -= records;
        Bytes -= bytes;
    }
}
