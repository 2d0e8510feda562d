using Streaming.Avro;

namespace Streaming.Features.Assembly;

/// <summary>What a partition knows of a group.</summary>
internal sealed class GroupState(PartitionScope scope)
{
    /// <summary>Records below this offset are in it already.</summary>
    public long StandsAt { get; set; }

    public AttributeHistory Attributes { get; set; } = AttributeHistory.Empty;

    /// <summary>The metrics that some feature set joins.</summary>
    public SortedDictionary<string, GroupSeries> Metrics { get; } = new(StringComparer.Ordinal);

    /// <summary>Entities that were members at some time, in the order of their ids.</summary>
    public SortedSet<int> Members { get; } = new(Comparer<int>.Create((left, right) => scope.Entities.Name(left).SequenceCompareTo(scope.Entities.Name(right))));

    /// <summary>Writes it, but for the members, whose attributes name it.</summary>
    public void Write(ref AvroWriter into)
    {
        Attributes.Write(ref into);
        into.WriteInt(Metrics.Count);
        foreach (var (name, series) in Metrics)
        {
            into.WriteString(name);
            series.Write(ref into);
        }
    }

    /// <summary>Reads it.</summary>
    public void Read(ref AvroReader from)
    {
        Attributes = AttributeHistory.Read(ref from);
        for (var left = from.ReadInt(); left > 0 && from.IsOk; left--)
        {
            var name = from.ReadString();
            Metrics[name] = GroupSeries.Read(ref from);
        }
    }
}
