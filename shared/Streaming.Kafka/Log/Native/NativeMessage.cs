using System.Runtime.InteropServices;

namespace Streaming.Kafka;

/// <summary>librdkafka's record: its public structure, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct NativeMessage
{
    /// <summary>0 where it is a record.</summary>
    public int Error;

    /// <summary>The topic's handle.</summary>
    public nint Topic;

    public int Partition;

    /// <summary>The value; null for a null value. Of an error, what happened in words.</summary>
    public byte* Value;

    public nuint ValueLength;

    /// <summary>The key; null for a null key.</summary>
    public byte* Key;

    public nuint KeyLength;

    public long Offset;

    /// <summary>The library's own.</summary>
    public nint Private;
}
