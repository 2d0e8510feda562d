using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Streaming.Features.Assembly;

/// <summary>Asks for memory ahead of its use: with many entities, waiting for memory is most of what a reading costs.</summary>
internal static unsafe class Memory
{
    /// <summary>Bytes that come at once.</summary>
    public const int LineBytes = 64;

    /// <summary>Asks for the line that holds a place. A hint: whether it is followed changes no result.</summary>
    public static void Prefetch<T>(ref T place)
        where T : unmanaged
    {
        if (Sse.IsSupported)
        {
            // The address may be stale by the time it is used, which a hint may be.
            Sse.Prefetch0(Unsafe.AsPointer(ref place));
        }
    }
}
