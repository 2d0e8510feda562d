using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>What is gathered for the next transaction, over all partitions.</summary>
internal sealed class Intake(long mostBytes, IReadinessGate? gate, TimeProvider time)
{
    private long _usualBytes = 1024;

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

    /// <summary>How many more records may come at once; 0 where it is full. Bytes may go over the bound by what records are larger than lately.</summary>
    public int Room => IsFull ? 0 : (int)Math.Clamp((mostBytes - Bytes) / _usualBytes, 1, MostRecords - Records);

    /// <summary>When the first record came, as a timestamp.</summary>
    public long Began { get; private set; }

    public void Count(long bytes)
    {
        // At once up to the largest, and slowly down again.
        _usualBytes = Math.Max(bytes, _usualBytes - (_usualBytes >> 8));
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
