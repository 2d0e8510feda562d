using Streaming.Pipes;

namespace Streaming.Kafka;

/// <summary>Everything that becomes visible together.</summary>
internal sealed class TransactionContent
{
    /// <summary>What the filter gave.</summary>
    public OutputBatch Outputs { get; } = new();

    /// <summary>Dead letters, state and progress.</summary>
    public OutputBatch Attendant { get; } = new();

    /// <summary>The input offsets.</summary>
    public List<(PartitionId Partition, long Next)> Offsets { get; } = [];

    /// <summary>Outputs to leave out, since no topic takes them.</summary>
    public HashSet<int> LeftOut { get; } = [];

    public void Clear()
    {
        Outputs.Clear();
        Attendant.Clear();
        Offsets.Clear();
        LeftOut.Clear();
    }

    /// <summary>Leaves out the largest outputs.</summary>
    public void LeaveOutLargest(int count)
    {
        var sizes = new (int Size, int Index)[Outputs.Count];
        for (var i = 0; i < sizes.Length; i++)
        {
            sizes[i] = (-OutputRoute.Size(Outputs[i].Record), i);
        }

        Array.Sort(sizes);
        foreach (var (_, index) in sizes.AsSpan(0, Math.Min(count, sizes.Length)))
        {
            LeftOut.Add(index);
        }
    }
}

/// <summary>What became of a transaction.</summary>
internal enum TransactionOutcome
{
    Committed,

    /// <summary>Nothing of it will ever be seen.</summary>
    Undone,

    /// <summary>Nothing of it will ever be seen, nor would be another time: one of its records is too large for its topic.</summary>
    TooLarge,

    /// <summary>Only the committed offsets can tell.</summary>
    Unknown,
}
