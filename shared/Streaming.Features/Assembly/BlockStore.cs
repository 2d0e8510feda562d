using System.Numerics;
using System.Runtime.CompilerServices;

namespace Streaming.Features.Assembly;

/// <summary>
/// Pieces of memory of any length, in classes of powers of two; they never move. What is given back within a transaction is used again only after
/// its end, so that an undo finds it as it was.
/// </summary>
internal sealed unsafe class BlockStore
{
    /// <summary>No block.</summary>
    public const int None = -1;

    private const int SmallestShift = 4;
    private const int Classes = 26;
    private const int IndexBits = 26;

    private readonly SizeClass[] _classes = new SizeClass[Classes];
    private Stack<int> _taken = new();
    private Stack<int> _given = new();

    /// <param name="arena">Where the memory comes from.</param>
    public BlockStore(StateArena arena)
    {
        for (var i = 0; i < Classes; i++)
        {
            _classes[i] = new SizeClass(new CellPages(arena, 1 << (SmallestShift + i)));
        }
    }

    /// <summary>Bytes of all pages.</summary>
    public long Bytes
    {
        get
        {
            var bytes = 0L;
            foreach (ref readonly var sizeClass in _classes.AsSpan())
            {
                bytes += sizeClass.Cells.Bytes;
            }

            return bytes;
        }
    }

    /// <summary>How long a block is.</summary>
    public static int Length(int block) => 1 << (SmallestShift + (block >> IndexBits));

    /// <summary>Where a block is.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public byte* At(int block) => _classes[block >> IndexBits].Cells[block & ((1 << IndexBits) - 1)];

    /// <summary>The bytes of a block.</summary>
    public Span<byte> this[int block] => new(At(block), Length(block));

    /// <summary>Takes a block of at least a length; what is in it is not cleared.</summary>
    public int Take(int length)
    {
        var sizeClass = Math.Max(0, BitOperations.Log2((uint)Math.Max(1, length - 1)) + 1 - SmallestShift);
        ref var source = ref _classes[sizeClass];
        int index;
        if (source.Free.Count > 0)
        {
            index = source.Free.Pop();
        }
        else
        {
            index = source.Count++;
            source.Cells.Ensure(source.Count);
        }

        var block = (sizeClass << IndexBits) | index;
        _taken.Push(block);
        return block;
    }

    /// <summary>Gives a block back, at the transaction's end.</summary>
    public void Give(int block)
    {
        if (block != None)
        {
            _given.Push(block);
        }
    }

    /// <summary>A block with room for more: the same one, or a longer one with the same content. A block is never written below what it held, so the
    /// old one serves an undo.</summary>
    /// <param name="block">The block, or <see cref="None"/>.</param>
    /// <param name="used">Bytes in use.</param>
    /// <param name="more">Bytes to come.</param>
    /// <param name="expected">How long a first block should be.</param>
    public int WithRoom(int block, int used, int more, int expected)
    {
        if (block != None && used + more <= Length(block))
        {
            return block;
        }

        var next = Take(Math.Max(used + more, block == None ? expected : 0));
        if (block != None)
        {
            this[block][..used].CopyTo(this[next]);
            Give(block);
        }

        return next;
    }

    /// <summary>Ends a transaction that holds.</summary>
    public void Commit() => End(ref _given);

    /// <summary>Ends a transaction that is undone.</summary>
    public void Rollback() => End(ref _taken);

    private void End(ref Stack<int> free)
    {
        foreach (var block in free.Items)
        {
            _classes[block >> IndexBits].Free.Push(block & ((1 << IndexBits) - 1));
        }

        _taken.Clear();
        _given.Clear();
    }

    private struct SizeClass(CellPages cells)
    {
        public readonly CellPages Cells = cells;
        public Stack<int> Free = new();
        public int Count;
    }
}
