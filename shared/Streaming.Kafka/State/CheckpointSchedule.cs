namespace Streaming.Kafka;

/// <summary>Says when a checkpoint is needed, so that replaying what came after the last one stays within a bound. It measures what a record
/// costs; it keeps no clock of its own.</summary>
internal sealed class CheckpointSchedule(TimeSpan bound)
{
    /// <summary>What reading a record back costs at least, whatever is done with it.</summary>
    private const double LeastSecondsPerRecord = 1e-6;

    private const double Smoothing = 0.1;

    private double _secondsPerRecord = LeastSecondsPerRecord;

    /// <summary>Takes note of what processing some records took.</summary>
    public void Measure(int records, TimeSpan took)
    {
        if (records > 0)
        {
            var cost = LeastSecondsPerRecord + took.TotalSeconds / records;
            _secondsPerRecord += Smoothing * (cost - _secondsPerRecord);
        }
    }

    /// <summary>Whether a partition needs a checkpoint.</summary>
    /// <param name="offsets">Offsets since its last one.</param>
    /// <param name="partitions">How many partitions the worker would have to replay.</param>
    public bool IsDue(long offsets, int partitions) => offsets * _secondsPerRecord * partitions >= bound.TotalSeconds;
}
