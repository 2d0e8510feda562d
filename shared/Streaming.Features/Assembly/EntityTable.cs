using System.Numerics;
using System.Runtime.CompilerServices;

namespace Streaming.Features.Assembly;

/// <summary>The entities of a partition by the bytes of their ids. A slot stays an entity's own until it is removed and the transaction has ended.</summary>
internal sealed unsafe class EntityTable(StateArena arena, BlockStore blocks, UndoLog undo, int sets)
{
    public const int None = -1;

    private readonly CellPages _cells = new(arena, sizeof(EntityRow) + (sets * sizeof(EntityBuckets)));
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
    public long Bytes => _cells.Bytes + ((long)_index.Length * sizeof(ulong));

    /// <summary>Bytes of everything that lies together for an entity.</summary>
    public int CellBytes => _cells.CellBytes;

    /// <summary>An entity's row.</summary>
    public EntityRow* this[int slot]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (EntityRow*)_cells[slot];
    }

    /// <summary>What a feature set remembers of an entity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static EntityBuckets* Buckets(EntityRow* row, int set) => (EntityBuckets*)(row + 1) + set;

    /// <summary>The bytes of an entity's id.</summary>
    public ReadOnlySpan<byte> Name(int slot) => Name(this[slot]);

    /// <summary>The bytes of an entity's id.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Name(EntityRow* row) => new(Text(row), row->NameLength);

    /// <summary>The id of the entity's first device, where one with an id was chosen.</summary>
    public ReadOnlySpan<byte> Device(EntityRow* row) => new(Text(row) + row->NameLength, Math.Max(0, row->DeviceLength));

    /// <summary>Chooses the entity's first device. The row is touched.</summary>
    public void SetDevice(EntityRow* row, ReadOnlySpan<byte> device, bool hasDevice)
    {
        row->DeviceLength = hasDevice ? device.Length : EntityRow.Nameless;
        var length = row->NameLength + device.Length;
        if (row->Text == BlockStore.None && length <= EntityRow.InlineBytes)
        {
            device.CopyTo(new Span<byte>(row->Inline + row->NameLength, device.Length));
            return;
        }

        var text = blocks.Take(length);
        Name(row).CopyTo(blocks[text]);
        device.CopyTo(blocks[text][row->NameLength..]);
        blocks.Give(row->Text);
        row->Text = text;
    }

    /// <summary>A name's hash, for whatever looks it up.</summary>
    public static uint HashOf(ReadOnlySpan<byte> name) => (uint)Assembly.Hash.Salted(name);

    /// <summary>Asks for the memory in which a name will be looked up.</summary>
    public void Prefetch(uint hash) => Memory.Prefetch(Unsafe.AsPointer(ref _index[hash & (uint)(_index.Length - 1)]));

    /// <summary>The slot that a name probably has; <see cref="None"/> where that cannot be said at once.</summary>
    public int Guess(uint hash)
    {
        var entry = _index[hash & (uint)(_index.Length - 1)];
        return entry != 0 && (uint)(entry >> 32) == hash ? (int)(uint)entry - 1 : None;
    }

    /// <summary>The slot of an entity; <see cref="None"/> where there is none.</summary>
    public int Find(ReadOnlySpan<byte> name) => Find(name, HashOf(name));

    /// <summary>The slot of an entity, which is added where there is none.</summary>
    public int FindOrAdd(ReadOnlySpan<byte> name, uint hash, out bool added)
    {
        var slot = Find(name, hash);
        added = slot == None;
        return added ? Add(name, hash) : slot;
    }

    /// <summary>Keeps everything that lies together for an entity, before it changes.</summary>
    public void Keep(int slot) => undo.Keep(_cells[slot], _cells.CellBytes);

    /// <summary>Takes an entity away; its row, which is touched, stays as it is until the transaction ends.</summary>
    public void Remove(int slot)
    {
        var row = this[slot];
        RemoveFromIndex(slot, row->Hash);
        row->Used = false;
        blocks.Give(row->Text);
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
            var row = this[slot];
            if (row->Used)
            {
                RemoveFromIndex(slot, row->Hash);
                row->Used = false;
                Count--;
            }

            _free.Push(slot);
        }

        foreach (var slot in _removed.Items)
        {
            var row = this[slot];
            if (row->Used)
            {
                // Its old values are back, so it was there before the transaction.
                Insert(slot, row->Hash);
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
        _cells.Ensure(Slots);
        var row = this[slot];
        *row = new EntityRow { Hash = hash, Text = BlockStore.None, NameLength = name.Length, DeviceLength = EntityRow.NotChosen, Due = long.MaxValue, Used = true };
        for (var set = 0; set < sets; set++)
        {
            *Buckets(row, set) = EntityBuckets.Unseen;
        }

        if (name.Length > EntityRow.InlineBytes)
        {
            row->Text = blocks.Take(name.Length);
        }

        name.CopyTo(new Span<byte>(Text(row), name.Length));
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Text(EntityRow* row) => row->Text == BlockStore.None ? row->Inline : blocks.At(row->Text);

    private void Grow()
    {
        _index = new ulong[BitOperations.RoundUpToPowerOf2((uint)_index.Length * 2)];
        for (var slot = 0; slot < Slots; slot++)
        {
            if (this[slot]->Used)
            {
                Insert(slot, this[slot]->Hash);
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
