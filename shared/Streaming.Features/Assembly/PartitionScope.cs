using Streaming.Contracts;

namespace Streaming.Features.Assembly;

/// <summary>What the feature sets of a partition share.</summary>
internal sealed unsafe class PartitionScope
{
    private Stack<int> _touched = new();
    private Stack<bool> _dirty = new();

    public PartitionScope(int partition, int sets, AssemblyOutput output)
    {
        Partition = partition;
        Output = output;
        Blocks = new BlockStore(Arena);
        Entities = new EntityTable(Arena, Blocks, Undo, sets);
        Deadlines = new EntityHeap(Entities);
        Joins = new Joins(this);
    }

    /// <summary>The partition of <c>sensor.readings</c>.</summary>
    public int Partition { get; }

    /// <summary>Where results go.</summary>
    public AssemblyOutput Output { get; }

    /// <summary>Where the memory of everything comes from.</summary>
    public StateArena Arena { get; } = new();

    public BlockStore Blocks { get; }

    /// <summary>Old values of the transaction under way.</summary>
    public UndoLog Undo { get; } = new();

    public EntityTable Entities { get; }

    /// <summary>Attributes and groups.</summary>
    public Joins Joins { get; }

    /// <summary>Metrics of groups that some feature set joins.</summary>
    public IReadOnlySet<string> JoinedMetrics { get; set; } = new HashSet<string>();

    /// <summary>For each entity with anything due, a time that is not after its first deadline: last arrivals move deadlines away, and are
    /// looked at only when the time here has come.</summary>
    public EntityHeap Deadlines { get; }

    /// <summary>The number of the transaction under way, from 1.</summary>
    public int Transaction { get; set; } = 1;

    /// <summary>The feature sets, in the order of their names.</summary>
    public FeatureSetState[] Sets { get; set; } = [];

    /// <summary>Entities that changed since the last checkpoint, some perhaps gone since.</summary>
    public CheckpointChanges Changes { get; } = new();

    /// <summary>Keeps an entity's old values before it changes, once in a transaction.</summary>
    public void Touch(int slot) => Touch(slot, Entities[slot]);

    /// <summary>Keeps an entity's old values before it changes, once in a transaction.</summary>
    public void Touch(int slot, EntityRow* row)
    {
        if (row->TouchedIn == Transaction)
        {
            return;
        }

        Entities.Keep(slot);
        _touched.Push(slot);
        row->TouchedIn = Transaction;
        MarkChanged(slot, row);
    }

    /// <summary>Adds an entity.</summary>
    public int Add(ReadOnlySpan<byte> name) => Add(name, EntityTable.HashOf(name));

    /// <summary>Adds an entity whose name's hash is known.</summary>
    public int Add(ReadOnlySpan<byte> name, uint hash)
    {
        var slot = Entities.FindOrAdd(name, hash, out var added);
        if (added)
        {
            Entities[slot]->TouchedIn = Transaction;
            MarkChanged(slot, Entities[slot]);
        }

        return slot;
    }

    /// <summary>Removes an entity that no feature set knows any more.</summary>
    public void Forgotten(int slot)
    {
        if (Entities[slot]->Attributes != 0)
        {
            // Attributes are kept for ever.
            return;
        }

        foreach (var set in Sets)
        {
            if (set.Table[slot]->Present)
            {
                return;
            }
        }

        Deadlines.Remove(slot);
        Changes.Removed(Entities.Name(slot));
        Entities.Remove(slot);
    }

    /// <summary>Ends a transaction that holds.</summary>
    public void Commit()
    {
        Entities.Commit();
        Blocks.Commit();
        Changes.Commit();
        Joins.Commit();
        Undo.Commit();
        _touched.Clear();
        foreach (var set in Sets)
        {
            set.Commit();
        }

        Transaction++;
    }

    /// <summary>Ends a transaction that is undone.</summary>
    public void Rollback()
    {
        Joins.Rollback();
        foreach (var slot in Entities.Added)
        {
            Deadlines.Remove(slot);
            foreach (var set in Sets)
            {
                set.Drop(slot);
            }
        }

        // Whether an entity is to be in the next checkpoint is for the changes to say, not for the old values.
        foreach (var slot in _touched.Items)
        {
            _dirty.Push(Entities[slot]->Dirty);
        }

        Undo.Rollback();
        for (var i = 0; i < _touched.Count; i++)
        {
            Entities[_touched.Items[i]]->Dirty = _dirty.Items[i];
        }

        _dirty.Clear();
        Entities.Rollback();
        Blocks.Rollback();
        foreach (var set in Sets)
        {
            set.Rollback();
        }

        Changes.Rollback(Entities);
        foreach (var slot in _touched.Items)
        {
            Reschedule(slot);
            foreach (var set in Sets)
            {
                set.Restored(slot);
            }
        }

        _touched.Clear();
        Transaction++;
    }

    /// <summary>The first deadline of an entity, a group or whatever else has the name.</summary>
    /// <param name="slot">The slot of the name.</param>
    /// <param name="scope">Only of feature sets of this scope; null for any.</param>
    public Deadline NextDeadline(int slot, Scope? scope = null)
    {
        var first = Deadline.None;
        foreach (var set in Sets)
        {
            if ((scope is null || set.Plan.Definition.Scope == scope) && set.Clock.NextDeadline(slot) is var deadline && deadline.IsBefore(first))
            {
                first = deadline;
            }
        }

        return first;
    }

    /// <summary>Sees to it that an entity is looked at when its first deadline has come, and not before.</summary>
    public void Reschedule(int slot) => SetDue(slot, NextDeadline(slot).Time);

    /// <summary>Sees to it that an entity is looked at when a time has come.</summary>
    public void Schedule(int slot, long time)
    {
        if (time < Entities[slot]->Due)
        {
            SetDue(slot, time);
        }
    }

    private void SetDue(int slot, long time)
    {
        Entities[slot]->Due = time;
        if (time < long.MaxValue)
        {
            Deadlines.Set(slot, time);
        }
        else
        {
            Deadlines.Remove(slot);
        }
    }

    private void MarkChanged(int slot, EntityRow* row)
    {
        if (!row->Dirty)
        {
            row->Dirty = true;
            Changes.Changed(slot);
        }
    }
}
