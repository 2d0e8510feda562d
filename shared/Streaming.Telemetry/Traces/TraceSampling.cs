namespace Streaming.Telemetry;

/// <summary>Which records a stage begins to follow, where nothing in front of it has chosen.</summary>
/// <param name="Ratio">The share of records, from 0 to 1, among those of which nobody has said anything.</param>
/// <param name="HonourParents">Whether a record that comes with a sampled context is followed for that alone, and one with an unsampled context is not.</param>
/// <param name="OwnPerSecond">The most that are chosen by the ratio in a second.</param>
/// <param name="ParentsPerSecond">The most that are followed in a second since they came with a context.</param>
public sealed record TraceSampling(double Ratio, bool HonourParents, int OwnPerSecond, int ParentsPerSecond)
{
    /// <summary>Of so many records one is followed; 0 for none.</summary>
    public long Every => Ratio <= 0 ? 0 : Math.Max(1, (long)Math.Round(1 / Ratio));

    /// <summary>
    /// The first record of a partition, at an offset or after it, that the ratio chooses. Offsets are divided into stretches of <see cref="Every"/>,
    /// and one of each is chosen by a hash: no look at each record, the same choice in every process, and no beat with devices that take turns.
    /// </summary>
    /// <param name="partition">The partition.</param>
    /// <param name="offset">The offset to begin at, included.</param>
    /// <returns>An offset; <see cref="long.MaxValue"/> for never.</returns>
    public long Next(int partition, long offset)
    {
        if (Every == 0)
        {
            return long.MaxValue;
        }

        var stretch = offset / Every;
        var chosen = ChosenOf(partition, stretch);
        return chosen >= offset ? chosen : ChosenOf(partition, stretch + 1);
    }

    private long ChosenOf(int partition, long stretch)
    {
        var hash = ((ulong)stretch + 1) * 0x9E3779B97F4A7C15 ^ (ulong)(uint)partition * 0xC2B2AE3D27D4EB4F;
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return stretch * Every + (long)((hash ^ (hash >> 31)) % (ulong)Every);
    }
}
