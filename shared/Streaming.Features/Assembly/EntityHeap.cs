namespace Streaming.Features.Assembly;

/// <summary>Entities in the order of a number each, then of their ids' bytes. Each is in it once at most; its number can be changed in place.</summary>
internal sealed class EntityHeap(EntityTable entities)
{
    private const int Children = 4;

    private long[] _keys = new long[16];
    private int[] _slots = new int[16];
    private int[] _places = [];

    public int Count { get; private set; }

    /// <summary>Bytes of its arrays.</summary>
    public long Bytes => ((long)_keys.Length * sizeof(long)) + ((_slots.Length + _places.Length) * (long)sizeof(int));

    /// <summary>The least number; there must be an entity.</summary>
    public long FirstKey => _keys[0];

    /// <summary>The entity with the least number, of several the one with the least id; there must be one.</summary>
    public int First => _slots[0];

    /// <summary>Gives an entity a number, in place of an earlier one.</summary>
    public void Set(int slot, long key)
    {
        var place = Place(slot);
        if (place < 0)
        {
            place = Append(slot);
        }

        _keys[place] = key;
        if (!Rise(place))
        {
            Sink(place);
        }
    }

    /// <summary>Takes an entity out, if it is in.</summary>
    public void Remove(int slot)
    {
        var place = Place(slot);
        if (place < 0)
        {
            return;
        }

        _places[slot] = 0;
        Count--;
        if (place == Count)
        {
            return;
        }

        Put(place, _keys[Count], _slots[Count]);
        if (!Rise(place))
        {
            Sink(place);
        }
    }

    private int Place(int slot) => slot < _places.Length ? _places[slot] - 1 : -1;

    private int Append(int slot)
    {
        if (slot >= _places.Length)
        {
            Array.Resize(ref _places, Math.Max(slot + 1, Math.Max(16, _places.Length * 2)));
        }

        if (Count == _keys.Length)
        {
            Array.Resize(ref _keys, Count * 2);
            Array.Resize(ref _slots, Count * 2);
        }

        _slots[Count] = slot;
        _places[slot] = Count + 1;
        return Count++;
    }

    private void Put(int place, long key, int slot)
    {
        _keys[place] = key;
        _slots[place] = slot;
        _places[slot] = place + 1;
    }

    private bool Rise(int place)
    {
        var (key, slot) = (_keys[place], _slots[place]);
        var from = place;
        while (place > 0 && (place - 1) / Children is var parent && IsBefore(key, slot, _keys[parent], _slots[parent]))
        {
            Put(place, _keys[parent], _slots[parent]);
            place = parent;
        }

        Put(place, key, slot);
        return place != from;
    }

    private void Sink(int place)
    {
        var (key, slot) = (_keys[place], _slots[place]);
        while ((place * Children) + 1 is var child && child < Count)
        {
            var least = child;
            for (var other = child + 1; other < Math.Min(child + Children, Count); other++)
            {
                if (IsBefore(_keys[other], _slots[other], _keys[least], _slots[least]))
                {
                    least = other;
                }
            }

            if (!IsBefore(_keys[least], _slots[least], key, slot))
            {
                break;
            }

            Put(place, _keys[least], _slots[least]);
            place = least;
        }

        Put(place, key, slot);
    }

    private bool IsBefore(long key, int slot, long otherKey, int otherSlot) =>
        key < otherKey || (key == otherKey && entities.Name(slot).SequenceCompareTo(entities.Name(otherSlot)) < 0);
}
