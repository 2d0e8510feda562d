using Streaming.Avro;

namespace Streaming.Features.Assembly;

/// <summary>What was said about an entity or a group from a time on.</summary>
/// <param name="From">Event time from which it holds.</param>
/// <param name="Group">The group from then on: null leaves it as it is, empty ends it.</param>
/// <param name="Values">Attributes by name; NaN takes one away.</param>
internal sealed record AttributeChange(long From, string? Group, IReadOnlyDictionary<string, double> Values);

/// <summary>Everything that was ever said about an entity or a group, in the order of the times from which it holds. Never changed: a change makes another one.</summary>
internal sealed class AttributeHistory(IReadOnlyList<AttributeChange> changes)
{
    public static readonly AttributeHistory Empty = new([]);

    public IReadOnlyList<AttributeChange> Changes => changes;

    /// <summary>The history with one change more. Of two for the same time the later word counts, attribute by attribute.</summary>
    public AttributeHistory With(AttributeChange change)
    {
        var all = changes.ToList();
        var at = all.FindLastIndex(other => other.From <= change.From);
        if (at >= 0 && all[at].From == change.From)
        {
            var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
            foreach (var (name, value) in all[at].Values.Concat(change.Values))
            {
                values[name] = value;
            }

            all[at] = new AttributeChange(change.From, change.Group ?? all[at].Group, values);
        }
        else
        {
            all.Insert(at + 1, change);
        }

        return new AttributeHistory(all);
    }

    /// <summary>An attribute as of the end of a bucket; NaN where there is none.</summary>
    public double Find(string name, long end)
    {
        for (var i = LastBefore(end); i >= 0; i--)
        {
            if (changes[i].Values.TryGetValue(name, out var value))
            {
                return value;
            }
        }

        return double.NaN;
    }

    /// <summary>The group as of the end of a bucket; empty where there is none.</summary>
    public string GroupAt(long end)
    {
        for (var i = LastBefore(end); i >= 0; i--)
        {
            if (changes[i].Group is { } group)
            {
                return group;
            }
        }

        return "";
    }

    /// <summary>Writes it.</summary>
    public void Write(ref AvroWriter into)
    {
        into.WriteInt(changes.Count);
        foreach (var change in changes)
        {
            into.WriteLong(change.From);
            into.WriteBoolean(change.Group is not null);
            into.WriteString(change.Group ?? "");
            into.WriteInt(change.Values.Count);
            foreach (var (name, value) in change.Values)
            {
                into.WriteString(name);
                into.WriteDouble(value);
            }
        }
    }

    /// <summary>Reads it.</summary>
    public static AttributeHistory Read(ref AvroReader from)
    {
        var changes = new List<AttributeChange>();
        for (var left = from.ReadInt(); left > 0 && from.IsOk; left--)
        {
            var time = from.ReadLong();
            var hasGroup = from.ReadBoolean();
            var group = from.ReadString();
            var values = new SortedDictionary<string, double>(StringComparer.Ordinal);
            for (var count = from.ReadInt(); count > 0 && from.IsOk; count--)
            {
                var name = from.ReadString();
                values[name] = from.ReadDouble();
            }

            changes.Add(new AttributeChange(time, hasGroup ? group : null, values));
        }

        return new AttributeHistory(changes);
    }

    private int LastBefore(long end)
    {
        var (low, high) = (0, changes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = changes[middle].From < end ? (middle + 1, high) : (low, middle);
        }

        return low - 1;
    }
}
