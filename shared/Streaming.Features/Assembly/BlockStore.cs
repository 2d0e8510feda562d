using System.Numerics;
using System.Runtime.CompilerServices;

namespace Streaming.Features.Assembly;

/// <summary>
/// Pieces of memory of any length, in classes of powers of two. What is given back within a transaction is used again only after its end, so
/// that an undo finds it as it was.
/// </summary>
internal sealed class BlockStore
{
    /// <summary>No block.</summary>
    public const int None = -1;

    private const int SmallestShift = 4;
    private const int Classes = 26;
    private const int IndexBits = 26;
    private const int PageBytesShift = 16;

    private readonly SizeClass[] _classes = new SizeClass[Classes];
    private Stack<int> _taken = new();
    private Stack<int> _given = new();

    public BlockStore()
    {
        for (var i = 0; i < Classes; i++)
        {
            _classes[i] = new SizeClass(SmallestShift + i);
        }
    }

    /// <summary>Bytes of all pages.</summary>
    public long Bytes { get; private set; }

    /// <summary>How long a block is.</summary>
    public static int Length(int block) => 1 << (SmallestShift + (block >> IndexBits));

    /// <summary>Takes a block of at least a length; what is in it is not cleared.</summary>
    public int Take(int length)
    {
        var sizeClass = Math.Max(0, BitOperations.Log2((uint)Math.Max(1, length - 1)) + 1 - SmallestShift);
        ref var source = ref _classes[sizeClass];
        if (source.Free.Count == 0)
        {
            Bytes += source.Grow();
        }

        var block = (sizeClass << IndexBits) | source.Free.Pop();
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

    /// <summary>The bytes of a block.</summary>
    public Span<byte> this[int block]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _classes[block >> IndexBits].Bytes(block & ((1 << IndexBits) - 1));
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

    private struct SizeClass(int shift)
    {
        public Stack<int> Free = new();
        private readonly int _perPageShift = Math.Max(0, PageBytesShift - shift);
        private byte[][] _pages = [];
        private int _pageCount;

        public readonly Span<byte> Bytes(int index) =>
            _pages[index >> _perPageShift].AsSpan((index & ((1 << _perPageShift) - 1)) << shift, 1 << shift);

        public int Grow()
        {
            var page = _pageCount++;
            if (page == _pages.Length)
            {
                Array.Resize(ref _pages, Math.Max(4, page * 2));
            }

            var bytes = 1 << (shift + _perPageShift);
            _pages[page] = GC.AllocateUninitializedArray<byte>(bytes);
            for (var i = (1 << _perPageShift) - 1; i >= 0; i--)
            {
                Free.Push((page << _perPageShift) | i);
            }

            return bytes;
        }
    }
}
