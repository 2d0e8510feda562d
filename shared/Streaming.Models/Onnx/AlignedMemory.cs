using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Streaming.Models.Onnx;

/// <summary>Memory that never moves and begins at a cache line: kernels that peel off unaligned elements then treat every row the same way each time.</summary>
internal sealed unsafe class AlignedMemory
{
    private const int Alignment = 64;

    private readonly byte[] _bytes;
    private readonly int _offset;

    public AlignedMemory(int length)
    {
        Length = length;
        _bytes = GC.AllocateArray<byte>(length + Alignment, pinned: true);
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_bytes));
        _offset = (int)((Alignment - (address % Alignment)) % Alignment);
    }

    public int Length { get; }

    public nint Address => (nint)Unsafe.AsPointer(ref _bytes[_offset]);

    public Span<T> As<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(_bytes.AsSpan(_offset, Length));
}
