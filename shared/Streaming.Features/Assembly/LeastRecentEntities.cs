namespace Streaming.Features.Assembly;

/// <summary>Finds the entity that a feature set has not seen for longest. Costs nothing until it is asked for the first time.</summary>
internal sealed unsafe class LeastRecentEntities(PartitionScope scope, EntityBucketTable table)
{
    private EntityHeap? _heap;

    /// <summary>An entity is new to the set.</summary>
    public void Add(int slot, long offset) => _heap?.Set(slot, offset);

    /// <summary>An entity is no longer known to the set.</summary>
    public void Remove(int slot) => _heap?.Remove(slot);

    /// <summary>An entity's values are the old ones again.</summary>
    public void Restore(int slot)
    {
        if (table[slot]->Present)
        {
            _heap?.Set(slot, table[slot]->LastOffset);
        }
        else
        {
            _heap?.Remove(slot);
        }
    }

    /// <summary>The entity whose last reading has the least offset; there must be one.</summary>
    public int First()
    {
        _heap ??= Build();

        // The offsets in the heap are those of some time ago; they only grow.
        while (table[_heap.First]->LastOffset is var last && last > _heap.FirstKey)
        {
            _heap.Set(_heap.First, last);
        }

        return _heap.First;
    }

    private EntityHeap Build()
    {
        var heap = new EntityHeap(scope.Entities);
        for (var slot = 0; slot < scope.Entities.Slots; slot++)
        {
            if (scope.Entities[slot]->Used && table[slot]->Present)
            {
                heap.Set(slot, table[slot]->LastOffset);
            }
        }

        return heap;
    }
}
