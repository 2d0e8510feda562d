using System.Runtime.CompilerServices;

namespace Streaming.Features.Assembly;

/// <summary>An array that grows by pages: items never move, and growing copies none of them.</summary>
internal sealed class PagedArray<T>(int stride = 1)
    where T : struct
{
    private const int PageShift = 10;
    private const int PageItems = 1 << PageShift;

    private T[][] _pages = [];
    private int _pageCount;

    /// <summary>Bytes of all pages.</summary>
    public long Bytes => (long)_pageCount * PageItems * stride * Unsafe.SizeOf<T>();

    /// <summary>The item at a position below the last <see cref="Ensure"/>; of several, the first.</summary>
    public ref T this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _pages[index >> PageShift][(index & (PageItems - 1)) * stride];
    }

    /// <summary>The items at a position, as many as the stride.</summary>
    public Span<T> Row(int index) => _pages[index >> PageShift].AsSpan((index & (PageItems - 1)) * stride, stride);

    /// <summary>Makes room for positions below a count.</summary>
    public void Ensure(int count)
    {
        while (_pageCount << PageShift < count)
        {
            if (_pageCount == _pages.Length)
            {
                Array.Resize(ref _pages, Math.Max(4, _pageCount * 2));
            }

            _pages[_pageCount++] = new T[PageItems * stride];
        }
    }
}
