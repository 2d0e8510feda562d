using System.Text;
using Streaming.Avro;
using Streaming.Contracts;
using Streaming.Features.Definitions;
using Streaming.Pipes;

namespace Streaming.Features.Assembly;

/// <summary>What vectors are joined with in a partition: attributes of its entities, and attributes and readings of groups, of which every partition has a copy.</summary>
internal sealed unsafe class Joins(PartitionScope scope)
{
    /// <summary>The first byte of the key of a group's piece of a checkpoint.</summary>
    public const byte GroupKey = 2;

    private readonly Dictionary<string, GroupState> _groups = new(StringComparer.Ordinal);
    private readonly List<AttributeHistory> _histories = [AttributeHistory.Empty];
    private readonly List<int> _freeHistories = [];
    private readonly List<int> _taken = [];
    private readonly List<int> _given = [];
    private readonly List<Action> _undo = [];
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _written = new(StringComparer.Ordinal);
    private readonly AvroBuffer _piece = new();

    /// <summary>The attributes of an entity.</summary>
    public AttributeHistory Of(int slot) => _histories[scope.Entities[slot]->Attributes];

    /// <summary>The value of a joined feature as of a bucket's end; NaN where there is none.</summary>
    public double Find(int slot, in FeaturePlan feature, long end, ref ulong looked)
    {
        var attributes = Of(slot);
        var value = double.NaN;
        if (feature.Source == FeatureSource.Attribute)
        {
            value = attributes.Find(feature.Joined, end);
        }
        else if (attributes.GroupAt(end) is { Length: > 0 } name && _groups.TryGetValue(name, out var group))
        {
            value = feature.Source == FeatureSource.GroupAttribute ? group.Attributes.Find(feature.Joined, end)
                : group.Metrics.TryGetValue(feature.Joined, out var series) && series.LastBefore(end) is { } last && end - last.Time <= feature.MaxAge ? last.Value
                : double.NaN;
        }

        looked = Hash.Combine(looked, BitConverter.DoubleToUInt64Bits(value));
        return value;
    }

    /// <summary>Takes in what was said about an entity, which is touched.</summary>
    public void Say(int slot, AttributeChange change)
    {
        var row = scope.Entities[slot];
        Give(row->Attributes);
        row->Attributes = Take(Of(slot).With(change));
        Join(slot, change.Group);
    }

    /// <summary>Takes in what was said about a group.</summary>
    /// <returns>Its members; none where it is in there already.</returns>
    public IEnumerable<int> Say(string group, AttributeChange change, long offset)
    {
        if (Change(group, offset) is not { } state)
        {
            return [];
        }

        var old = state.Attributes;
        state.Attributes = old.With(change);
        _undo.Add(() => state.Attributes = old);
        return state.Members;
    }

    /// <summary>Takes in a reading of a group.</summary>
    /// <returns>Its members; none where no feature set joins its metrics, or it is in there already.</returns>
    public IEnumerable<int> Take(scoped in Reading reading)
    {
        GroupState? state = null;
        for (var i = 0; i < reading.Values.Length; i++)
        {
            var metric = Encoding.UTF8.GetString(reading.Shape.Names[i]);
            if (!scope.JoinedMetrics.Contains(metric))
            {
                continue;
            }

            state ??= Change(Encoding.UTF8.GetString(reading.EntityId), reading.Offset);
            if (state is null)
            {
                return [];
            }

            var (known, had) = (state, state.Metrics.TryGetValue(metric, out var old));
            known.Metrics[metric] = old.With(reading.EventTime, reading.Values[i]);
            _undo.Add(() =>
            {
                known.Metrics[metric] = old;
                if (!had)
                {
                    known.Metrics.Remove(metric);
                }
            });
        }

        return state?.Members ?? (IEnumerable<int>)[];
    }

    /// <summary>Entities that were members of one of two groups at some time, in the order of their ids.</summary>
    public IEnumerable<int> MembersOf(string group, string? other) =>
        _groups.GetValueOrDefault(group)?.Members is not { } members ? (other is null ? [] : MembersOf(other, null))
        : other is null || _groups.GetValueOrDefault(other)?.Members is not { } others ? members
        : new SortedSet<int>(members.Concat(others), members.Comparer);

    /// <summary>Writes the attributes of an entity.</summary>
    public void WriteEntity(int slot, ref AvroWriter into) => Of(slot).Write(ref into);

    /// <summary>Reads the attributes of an entity whose slot was just added.</summary>
    public void ReadEntity(int slot, ref AvroReader from)
    {
        var history = AttributeHistory.Read(ref from);
        scope.Entities[slot]->Attributes = history.Changes.Count == 0 ? 0 : Take(history);
        foreach (var change in history.Changes)
        {
            Join(slot, change.Group);
        }
    }

    /// <summary>Reads a group's piece of a checkpoint.</summary>
    public void Load(ReadOnlySpan<byte> name, long offset, ReadOnlySpan<byte> blob)
    {
        var reader = new AvroReader(blob, AvroLimits.Trusted);
        var group = Group(Encoding.UTF8.GetString(name));
        group.StandsAt = offset;
        group.Read(ref reader);
        if (reader.End() != AvroStatus.Ok)
        {
            throw new InvalidDataException($"A group's piece of the state is broken: {reader.Status}. Begin the state anew from the log.");
        }
    }

    /// <summary>Writes the groups that changed since the last checkpoint.</summary>
    public void Write(ICheckpointWriter into)
    {
        foreach (var name in _changed.Order(StringComparer.Ordinal))
        {
            _piece.Reset();
            var writer = new AvroWriter(_piece);
            _groups[name].Write(ref writer);
            into.Put([GroupKey, .. Encoding.UTF8.GetBytes(name)], _piece.WrittenSpan);
        }

        _written.UnionWith(_changed);
        _changed.Clear();
    }

    /// <summary>Ends a transaction that holds.</summary>
    public void Commit()
    {
        _undo.Clear();
        _written.Clear();
        Free(_given);
        _taken.Clear();
    }

    /// <summary>Ends a transaction that is undone; the entities' rows have their old values again.</summary>
    public void Rollback()
    {
        for (var i = _undo.Count - 1; i >= 0; i--)
        {
            _undo[i]();
        }

        _undo.Clear();
        _changed.UnionWith(_written);
        _written.Clear();
        Free(_taken);
        _given.Clear();
    }

    private void Free(List<int> histories)
    {
        foreach (var history in histories)
        {
            _histories[history] = AttributeHistory.Empty;
            _freeHistories.Add(history);
        }

        histories.Clear();
    }

    private int Take(AttributeHistory history)
    {
        int index;
        if (_freeHistories.Count > 0)
        {
            index = _freeHistories[^1];
            _freeHistories.RemoveAt(_freeHistories.Count - 1);
            _histories[index] = history;
        }
        else
        {
            index = _histories.Count;
            _histories.Add(history);
        }

        _taken.Add(index);
        return index;
    }

    private void Give(int history)
    {
        if (history > 0)
        {
            _given.Add(history);
        }
    }

    private void Join(int slot, string? group)
    {
        if (group is { Length: > 0 } && Group(group) is var state && state.Members.Add(slot))
        {
            _undo.Add(() => state.Members.Remove(slot));
        }
    }

    private GroupState? Change(string name, long offset)
    {
        var group = Group(name);
        if (offset < group.StandsAt)
        {
            return null;
        }

        _changed.Add(name);
        return group;
    }

    private GroupState Group(string name)
    {
        if (!_groups.TryGetValue(name, out var group))
        {
            _groups.Add(name, group = new GroupState(scope));
        }

        return group;
    }
}
