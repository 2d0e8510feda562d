using System.Buffers;
using System.Runtime.CompilerServices;

namespace Streaming.Avro;

/// <summary>Bytes that are written, read as a span and forgotten, again and again without allocation once it has grown. For one thread.</summary>
public sealed class AvroBuffer : IBufferWriter<byte>
{
    private byte[] _bytes;
    private int _length;

    /// <summary>An empty buffer.</summary>
    /// <param name="capacity">Bytes to begin with.</param>
    public AvroBuffer(int capacity = 256)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(capacity);
        _bytes = new byte[capacity];
    }

    /// <summary>How many bytes are written.</summary>
    public int Length => _length;

    /// <summary>What is written, until the next write or <see cref="Reset"/>.</summary>
    public ReadOnlySpan<byte> WrittenSpan => _bytes.AsSpan(0, _length);

    /// <summary>What is written, until the next write or <see cref="Reset"/>.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, _length);

    /// <summary>Forgets what is written and keeps the memory.</summary>
    public void Reset() => _length = 0;

    /// <summary>Forgets what is written beyond a length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not that many bytes.</exception>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)_length, nameof(length));
        _length = length;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">More than the last span had.</exception>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_bytes.Length - _length), nameof(count));
        _length += count;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsSpan(_length);
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(sizeHint);
        return _bytes.AsMemory(_length);
    }

    /// <summary>Takes a place of exactly this many bytes into what is written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Span<byte> Take(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Grow(count);
        }

        var place = _bytes.AsSpan(_length, count);
        _length += count;
        return place;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Ensure(int sizeHint)
    {
        // A writer that asks for nothing in particular still gets something to write into.
        var wanted = Math.Max(sizeHint, 1);
        if (_bytes.Length - _length < wanted)
        {
            Grow(wanted);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int wanted)
    {
        var needed = checked(_length + wanted);
        var doubled = (int)Math.Min((long)_bytes.Length * 2, Array.MaxLength);
        Array.Resize(ref _bytes, Math.Max(needed, doubled));
    }
}
