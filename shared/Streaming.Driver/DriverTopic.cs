using Streaming.Contracts;

namespace Streaming.Driver;

/// <summary>A topic in memory: partitions, offsets, and what nobody has taken yet.</summary>
internal sealed class DriverTopic(Topic topic, int partitions, int schemaId)
{
    private readonly long[] _next = new long[partitions];
    private List<DriverRecord> _untaken = [];

    public Topic Topic => topic;

    public int SchemaId => schemaId;

    public int Partitions => partitions;

    /// <summary>The offset that the next record of a partition gets.</summary>
    public long NextOffset(int partition) => _next[partition];

    public void Append(DriverRecord record)
    {
        _next[record.Partition] = record.Offset + 1;
        _untaken.Add(record);
    }

    /// <summary>What came since the last call.</summary>
    public IReadOnlyList<DriverRecord> Take()
    {
        var taken = _untaken;
        _untaken = [];
        return taken;
    }
}
