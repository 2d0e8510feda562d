using System.Numerics;

namespace Streaming.Features.Assembly;

/// <summary>An entity's place in a partition.</summary>
internal struct EntityRow
{
    public uint Hash;
    public int Name;
    public int NameLength;

    /// <summary>Records below this offset are in its state already.</summary>
    public long StandsAt;

    /// <summary>A time that is not after its first deadline; <see cref="long.MaxValue"/> where it has none.</summary>
    public long Due;

    /// <summary>The transaction that keeps its old values.</summary>
    public int TouchedIn;
    public bool Used;

    /// <summary>Whether it changed since the last checkpoint.</summary>
    public bool Dirty;
}

/// <summary>The entities of a partition by the bytes of their ids. A slot stays an entity's own until it is removed and the transaction has ended.</summary>
internal sealed class EntityTable(BlockStore blocks)
{
    public const int None = -1;

    private readonly PagedArray<EntityRow> _rows = new();
    private ulong[] _index = new ulong[16];
    private Stack<int> _free = new();
    private Stack<int> _added = new();
    private Stack<int> _removed = new();

    /// <summary>How many entities there are.</summary>
    public int Count { get; private set; }

    /// <summary>One more than the greatest slot ever used.</summary>
    public int Slots { get; private set; }

    /// <summary>Slots added in this transaction.</summary>
    public ReadOnlySpan<int> Added => _added.Items;

    /// <summary>Bytes of rows and index.</summary>
    public long Bytes => _rows.Bytes + ((long)_index.Length * sizeof(ulong));

    public ref EntityRow this[int slot] => ref _rows[slot];

    /// <summary>The bytes of an entity's id.</summary>
    public ReadOnlySpan<byte> Name(int slot)
    {
        ref var row = ref _rows[slot];
        return blocks[row.Name][..row.NameLength];
    }

    /// <summary>A name's hash, for <see cref="Prefetch"/> and <see cref="Guess"/>.</summary>
    public static uint HashOf(ReadOnlySpan<byte> name) => (uint)Assembly.Hash.Salted(name);

    /// <summary>Asks for the memory in which a name will be looked up.</summary>
    public void Prefetch(uint hash) => Memory.Prefetch(ref _index[hash & (uint)(_index.Length - 1)]);

    /// <summary>The slot that a name probably has; <see cref="None"/> where that cannot be said at once.</summary>
    public int Guess(uint hash)
    {
        var entry = _index[hash & (uint)(_index.Length - 1)];
        return entry != 0 && (uint)(entry >> 32) == hash ? (int)(uint)entry - 1 : None;
    }

    /// <summary>Asks for the memory of an entity's name.</summary>
    public void PrefetchName(int slot) => Memory.Prefetch(ref blocks[_rows[slot].Name][0]);

    /// <summary>The slot of an entity; <see cref="None"/> where there is none.</summary>
    public int Find(ReadOnlySpan<byte> name) => Find(name, HashOf(name));

    /// <summary>The slot of an entity, which is added where there is none.</summary>
    public int FindOrAdd(ReadOnlySpan<byte> name, out bool added)
    {
        var hash = HashOf(name);
        var slot = Find(name, hash);
        added = slot == None;
        return added ? Add(name, hash) : slot;
    }

    /// <summary>Takes an entity away; its row stays as it is until the transaction ends.</summary>
    public void Remove(int slot)
    {
        ref var row = ref _rows[slot];
        RemoveFromIndex(slot, row.Hash);
        row.Used = false;
        blocks.Give(row.Name);
        _removed.Push(slot);
        Count--;
    }

    /// <summary>Ends a transaction that holds.</summary>
    public void Commit()
    {
        foreach (var slot in _removed.Items)
        {
            _free.Push(slot);
        }

        _added.Clear();
        _removed.Clear();
    }

    /// <summary>Ends a transaction that is undone. The rows touched in it have their old values again, but those that were added do not.</summary>
    public void Rollback()
    {
        foreach (var slot in _added.Items)
        {
            ref var row = ref _rows[slot];
            if (row.Used)
            {
                RemoveFromIndex(slot, row.Hash);
                row.Used = false;
                Count--;
            }

            _free.Push(slot);
        }

        foreach (var slot in _removed.Items)
        {
            ref var row = ref _rows[slot];
            if (row.Used)
            {
                // Its old values are back, so it was there before the transaction.
                Insert(slot, row.Hash);
                Count++;
            }
        }

        _added.Clear();
        _removed.Clear();
    }

    private int Find(ReadOnlySpan<byte> name, uint hash)
    {
        var mask = _index.Length - 1;
        for (var i = (int)hash & mask; _index[i] != 0; i = (i + 1) & mask)
        {
            if ((uint)(_index[i] >> 32) == hash)
            {
                var slot = (int)(uint)_index[i] - 1;
                if (Name(slot).SequenceEqual(name))
                {
                    return slot;
                }
            }
        }

        return None;
    }

    private int Add(ReadOnlySpan<byte> name, uint hash)
    {
        var slot = _free.Count > 0 ? _free.Pop() : Slots++;
        _rows.Ensure(Slots);
        ref var row = ref _rows[slot];
        row = new EntityRow { Hash = hash, Name = blocks.Take(name.Length), NameLength = name.Length, Due = long.MaxValue, Used = true };
        name.CopyTo(blocks[row.Name]);
        _added.Push(slot);
        Count++;
        if (Count * 2 > _index.Length)
        {
            Grow();
        }
        else
        {
            Insert(slot, hash);
        }

        return slot;
    }

    private void Grow()
    {
        _index = new ulong[BitOperations.RoundUpToPowerOf2((uint)_index.Length * 2)];
        for (var slot = 0; slot < Slots; slot++)
        {
            if (_rows[slot].Used)
            {
                Insert(slot, _rows[slot].Hash);
            }
        }
    }

    private void Insert(int slot, uint hash)
    {
        var mask = _index.Length - 1;
        var i = (int)hash & mask;
        while (_index[i] != 0)
        {
            i = (i + 1) & mask;
        }

        _index[i] = ((ulong)hash << 32) | (uint)(slot + 1);
    }

    private void RemoveFromIndex(int slot, uint hash)
    {
        var mask = _index.Length - 1;
        var i = (int)hash & mask;
        while ((uint)_index[i] != (uint)(slot + 1))
        {
            i = (i + 1) & mask;
        }

        // What follows moves up, so that no look-up ends before it.
        for (var next = (i + 1) & mask; _index[next] != 0; next = (next + 1) & mask)
        {
            var home = (int)(_index[next] >> 32) & mask;
            if (((next - home) & mask) >= ((next - i) & mask))
            {
                _index[i] = _index[next];
                i = next;
            }
        }

        _index[i] = 0;
    }
}
