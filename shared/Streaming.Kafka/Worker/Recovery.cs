namespace Streaming.Kafka;

/// <summary>What has to be found out after a transaction that did not end with a clean commit.</summary>
internal sealed class Recovery
{
    /// <summary>The partitions whose records were in it, each with the offsets before and after.</summary>
    public Dictionary<InputPartition, (long Start, long End)> InDoubt { get; } = [];

    /// <summary>Decides by the stable committed offsets what became of it.</summary>
    public RecoveryVerdict Judge(InputPartition[] partitions, long[] committed)
    {
        var (atStart, atEnd, elsewhere) = (0, 0, 0);
        for (var i = 0; i < partitions.Length; i++)
        {
            if (InDoubt.TryGetValue(partitions[i], out var span))
            {
                _ = committed[i] == span.End ? atEnd++ : committed[i] == span.Start ? atStart++ : elsewhere++;
            }
        }

        return elsewhere > 0 || (atStart > 0 && atEnd > 0) ? RecoveryVerdict.Unclear
            : atEnd > 0 ? RecoveryVerdict.Committed
            : RecoveryVerdict.Undone;
    }
}

/// <summary>What became of a transaction in doubt.</summary>
internal enum RecoveryVerdict
{
    /// <summary>Undone: state is as before it.</summary>
    Undone,

    /// <summary>Committed after all: state stays as it is.</summary>
    Committed,

    /// <summary>Neither: state must be made again.</summary>
    Unclear,
}
