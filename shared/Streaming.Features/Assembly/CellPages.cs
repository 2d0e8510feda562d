using System.Numerics;
using System.Runtime.CompilerServices;

namespace Streaming.Features.Assembly;

/// <summary>Cells of one size that never move: growing copies none of them, a pointer to one stays good, and the collector never looks into them.</summary>
internal sealed unsafe class CellPages
{
    private const int PageBytes = 1 << 16;

    private readonly StateArena _arena;
    private readonly int _cellBytes;
    private readonly int _shift;
    private byte*[] _places = [];
    private int _pageCount;

    /// <param name="arena">Where the memory comes from.</param>
    /// <param name="cellBytes">How long a cell is; a multiple of 8.</param>
    public CellPages(StateArena arena, int cellBytes)
    {
        _arena = arena;
        _cellBytes = cellBytes;
        _shift = BitOperations.Log2((uint)Math.Max(1, PageBytes / cellBytes));
    }

    /// <summary>Bytes of a cell.</summary>
    public int CellBytes => _cellBytes;

    /// <summary>Bytes of all pages.</summary>
    public long Bytes => (long)_pageCount * (_cellBytes << _shift);

    /// <summary>The cell at a position below the last <see cref="Ensure"/>.</summary>
    public byte* this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _places[index >> _shift] + ((nint)(index & ((1 << _shift) - 1)) * _cellBytes);
    }

    /// <summary>Makes room for positions below a count; what new cells hold is not defined.</summary>
    public void Ensure(int count)
    {
        while (_pageCount << _shift < count)
        {
            if (_pageCount == _places.Length)
            {
                var places = new byte*[Math.Max(4, _pageCount * 2)];
                Array.Copy(_places, places, _pageCount);
                _places = places;
            }

            _places[_pageCount++] = _arena.Take(_cellBytes << _shift);
        }
    }
}
