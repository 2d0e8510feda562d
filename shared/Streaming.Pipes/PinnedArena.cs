namespace Streaming.Pipes;

/// <summary>Memory that is filled, read through pointers, and emptied as a whole. Chunks never move, and are kept for the next filling,
/// but for those that a single huge record needed: of such a record nothing should stay.</summary>
internal sealed unsafe class PinnedArena
{
    private const int ChunkBytes = 1 << 20;
    private const int KeptBytes = 4 * ChunkBytes;

    private readonly List<byte[]> _chunks = [];
    private int _chunk = -1;
    private int _used;

    /// <summary>Copies bytes in.</summary>
    /// <returns>Where they lie until <see cref="Clear"/>; not to be read where <paramref name="bytes"/> is empty.</returns>
    public byte* Store(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return null;
        }

        while (_chunk < 0 || _used + bytes.Length > _chunks[_chunk].Length)
        {
            Advance(bytes.Length);
        }

        var place = _chunks[_chunk].AsSpan(_used, bytes.Length);
        bytes.CopyTo(place);
        _used += bytes.Length;
        fixed (byte* pointer = place)
        {
            return pointer; // pinned for its lifetime, so the address outlives the statement
        }
    }

    /// <summary>Forgets everything stored.</summary>
    public void Clear()
    {
        _chunks.RemoveAll(chunk => chunk.Length > KeptBytes);
        _chunk = _chunks.Count > 0 ? 0 : -1;
        _used = 0;
    }

    private void Advance(int length)
    {
        _chunk++;
        _used = 0;
        if (_chunk == _chunks.Count)
        {
            _chunks.Add(GC.AllocateUninitializedArray<byte>(Math.Max(ChunkBytes, length), pinned: true));
        }
    }
}
