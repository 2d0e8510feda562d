using System.Runtime.CompilerServices;

namespace Streaming.Features.Assembly;

/// <summary>What pieces of memory held before the transaction under way touched them. Whoever changes one keeps it first, once in a transaction.</summary>
internal sealed unsafe class UndoLog
{
    private Stack<(nint Place, int Length)> _kept = new();
    private byte[] _bytes = [];
    private int _length;

    /// <summary>Keeps what is there now.</summary>
    public void Keep(void* place, int length)
    {
        if (_bytes.Length - _length < length)
        {
            Array.Resize(ref _bytes, Math.Max(_length + length, Math.Max(4096, _bytes.Length * 2)));
        }

        Unsafe.CopyBlockUnaligned(ref _bytes[_length], ref *(byte*)place, (uint)length);
        _length += length;
        _kept.Push(((nint)place, length));
    }

    /// <summary>Puts everything back, the last first.</summary>
    public void Rollback()
    {
        var kept = _kept.Items;
        for (var i = kept.Length - 1; i >= 0; i--)
        {
            _length -= kept[i].Length;
            Unsafe.CopyBlockUnaligned(ref *(byte*)kept[i].Place, ref _bytes[_length], (uint)kept[i].Length);
        }

        Commit();
    }

    /// <summary>Forgets what was kept.</summary>
    public void Commit()
    {
        _kept.Clear();
        _length = 0;
    }
}
