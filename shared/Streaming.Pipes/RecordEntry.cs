namespace Streaming.Pipes;

/// <summary>Where a record's parts lie in pinned or native memory. A length of -1 stands for null.</summary>
internal unsafe struct RecordEntry
{
    public long Offset;
    public long AppendTime;
    public byte* Key;
    public byte* Value;
    public byte* Headers;
    public int KeyLength;
    public int ValueLength;
    public int HeadersLength;
}
