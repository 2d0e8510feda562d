namespace Streaming.Features.Assembly;

/// <summary>
/// What the next checkpoint must hold. An entity that is marked more often than needed costs a blob, one that is marked too seldom its state:
/// where a transaction is undone, marks stay.
/// </summary>
internal sealed unsafe class CheckpointChanges
{
    private readonly List<byte[]> _removed = [];
    private readonly List<byte[]> _writtenRemoved = [];
    private Stack<int> _changed = new();
    private Stack<int> _written = new();
    private int _committedRemoved;

    /// <summary>Entities marked; of those whose rows are not, nothing is to be written.</summary>
    public ReadOnlySpan<int> Slots => _changed.Items;

    /// <summary>Ids of entities that were removed; some may have come back.</summary>
    public IReadOnlyList<byte[]> RemovedNames => _removed;

    /// <summary>An entity's row was marked.</summary>
    public void Changed(int slot) => _changed.Push(slot);

    /// <summary>An entity was removed.</summary>
    public void Removed(ReadOnlySpan<byte> name) => _removed.Add(name.ToArray());

    /// <summary>Everything was written into the transaction under way and is no longer marked: the marks count again only if it is undone.</summary>
    public void Written()
    {
        _written.Push(_changed.Items);
        _changed.Clear();
        _writtenRemoved.AddRange(_removed);
        _removed.Clear();
    }

    /// <summary>What was loaded is in a checkpoint already.</summary>
    public void Forget() => _changed.Clear();

    /// <summary>The transaction holds.</summary>
    public void Commit()
    {
        _written.Clear();
        _writtenRemoved.Clear();
        _committedRemoved = _removed.Count;
    }

    /// <summary>The transaction is undone; the rows have their old values again.</summary>
    public void Rollback(EntityTable entities)
    {
        foreach (var slot in _written.Items)
        {
            if (entities[slot]->Used && !entities[slot]->Dirty)
            {
                entities[slot]->Dirty = true;
                _changed.Push(slot);
            }
        }

        // Of those removed, the ones that were so before the transaction stay.
        if (_writtenRemoved.Count > 0)
        {
            _removed.Clear();
            _removed.AddRange(_writtenRemoved);
        }

        if (_removed.Count > _committedRemoved)
        {
            _removed.RemoveRange(_committedRemoved, _removed.Count - _committedRemoved);
        }

        _written.Clear();
        _writtenRemoved.Clear();
    }
}
