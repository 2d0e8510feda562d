using Streaming.Contracts;

namespace Streaming.Features.Assembly;

/// <summary>What the feature sets of a partition share.</summary>
internal sealed class PartitionScope
{
    private Stack<(int Slot, EntityRow Old)> _oldRows = new();

    public PartitionScope(int partition, AssemblyOutput output)
    {
        Partition = partition;
        Output = output;
        Entities = new EntityTable(Blocks);
        Deadlines = new EntityHeap(Entities);
    }

    /// <summary>The partition of <c>sensor.readings</c>.</summary>
    public int Partition { get; }

    /// <summary>Where results go.</summary>
    public AssemblyOutput Output { get; }

    public BlockStore Blocks { get; } = new();

    public EntityTable Entities { get; }

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
    public void Touch(int slot)
    {
        ref var row = ref Entities[slot];
        if (row.TouchedIn == Transaction)
        {
            return;
        }

        _oldRows.Push((slot, row));
        row.TouchedIn = Transaction;
        MarkChanged(slot, ref row);
        foreach (var set in Sets)
        {
            set.Table.Keep(slot);
        }
    }

    /// <summary>Adds an entity.</summary>
    public int Add(ReadOnlySpan<byte> name)
    {
        var slot = Entities.FindOrAdd(name, out var added);
        if (added)
        {
            ref var row = ref Entities[slot];
            row.TouchedIn = Transaction;
            MarkChanged(slot, ref row);
            foreach (var set in Sets)
            {
                set.Table.Add(slot);
            }
        }

        return slot;
    }

    /// <summary>Removes an entity that no feature set knows any more.</summary>
    public void Forgotten(int slot)
    {
        foreach (var set in Sets)
        {
            if (set.Table[slot].Present)
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
        _oldRows.Clear();
        foreach (var set in Sets)
        {
            set.Commit();
        }

        Transaction++;
    }

    /// <summary>Ends a transaction that is undone.</summary>
    public void Rollback()
    {
        foreach (var slot in Entities.Added)
        {
            Deadlines.Remove(slot);
            foreach (var set in Sets)
            {
                set.Drop(slot);
            }
        }

        foreach (var (slot, old) in _oldRows.Items)
        {
            // Whether it is to be in the next checkpoint is for the changes to say.
            var isDirty = Entities[slot].Dirty;
            Entities[slot] = old;
            Entities[slot].Dirty = isDirty;
        }

        Entities.Rollback();
        Blocks.Rollback();
        foreach (var set in Sets)
        {
            set.Rollback();
        }

        Changes.Rollback(Entities);
        foreach (var (slot, _) in _oldRows.Items)
        {
            Reschedule(slot);
        }

        _oldRows.Clear();
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
        if (time < Entities[slot].Due)
        {
            SetDue(slot, time);
        }
    }

    private void SetDue(int slot, long time)
    {
        Entities[slot].Due = time;
        if (time < long.MaxValue)
        {
            Deadlines.Set(slot, time);
        }
        else
        {
            Deadlines.Remove(slot);
        }
    }

    private void MarkChanged(int slot, ref EntityRow row)
    {
        if (!row.Dirty)
        {
            row.Dirty = true;
            Changes.Changed(slot);
        }
    }
}
