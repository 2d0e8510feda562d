using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Streaming.Features.Assembly;

/// <summary>
/// The memory of a partition's state: pages that never move, cut from pieces that grow with the state. Large pieces are asked for as huge pages, where
/// the system has them: entities lie all over the state, and looking addresses up would cost more than the readings.
/// </summary>
internal sealed unsafe partial class StateArena
{
    private const int SmallestPiece = 1 << 16;
    private const int LargestPiece = 1 << 24;
    private const int HugePage = 1 << 21;
    private const int AdviseHugePages = 14;

    private readonly List<byte[]> _pieces = [];
    private byte* _next;
    private long _left;
    private int _piece = SmallestPiece;

    /// <summary>Takes a page, at the start of a line of memory. What is in it is not cleared. It lives as long as the arena.</summary>
    public byte* Take(int length)
    {
        length = (length + Memory.LineBytes - 1) & -Memory.LineBytes;
        if (_left < length)
        {
            Grow(length);
        }

        var place = _next;
        _next += length;
        _left -= length;
        return place;
    }

    private void Grow(int length)
    {
        while (_piece < length && _piece < LargestPiece)
        {
            _piece *= 2;
        }

        var size = Math.Max(_piece, length);
        var isHuge = size >= HugePage;
        var boundary = isHuge ? HugePage : Memory.LineBytes;
        var bytes = GC.AllocateUninitializedArray<byte>(size + boundary, pinned: true);
        _pieces.Add(bytes);
        var start = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(bytes));
        _next = (byte*)((start + (nuint)boundary - 1) & ~(nuint)(boundary - 1));
        _left = size;
        if (isHuge && OperatingSystem.IsLinux())
        {
            // Advice: where it is not followed, all is as before, and slower.
            _ = Advise(_next, (nuint)size, AdviseHugePages);
        }

        _piece = Math.Min(LargestPiece, _piece * 2);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
