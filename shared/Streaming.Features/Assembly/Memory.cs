using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Streaming.Features.Assembly;

/// <summary>Asks for memory ahead of its use: with many entities, waiting for memory is most of what a reading costs.</summary>
internal static unsafe class Memory
{
    /// <summary>Bytes that come at once.</summary>
    public const int LineBytes = 64;

    /// <summary>Asks for the line that holds a place. A hint: whether it is followed changes no result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* place)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(place);
        }
    }

    /// <summary>Asks for all lines of some bytes.</summary>
    public static void Prefetch(byte* place, int length)
    {
        for (var at = 0; at < length; at += LineBytes)
        {
            Prefetch(place + at);
        }
    }
}
