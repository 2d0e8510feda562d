using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Streaming.Avro;

namespace Streaming.Features.Assembly;

/// <summary>The bytes of a map of metrics without its values: maps that agree in them have the same names in the same order, and their values at the same places.</summary>
internal sealed class EncodedShape
{
    private readonly byte[] _pattern;

    // All ones but where a value stands.
    private readonly byte[] _mask;
    private readonly int[] _places;

    /// <summary>The shape of a map.</summary>
    public EncodedShape(scoped in AvroDoubleMap map)
    {
        _pattern = map.Encoded.ToArray();
        _mask = new byte[_pattern.Length];
        _mask.AsSpan().Fill(0xff);
        _places = new int[map.Count];
        var position = 0;
        foreach (var (name, _) in map)
        {
            var place = (int)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(map.Encoded), ref MemoryMarshal.GetReference(name)) + name.Length;
            _places[position++] = place;
            _mask.AsSpan(place, sizeof(double)).Clear();
        }
    }

    /// <summary>Reads the values of a map of this shape.</summary>
    /// <returns>Whether it has it.</returns>
    public bool TryRead(ReadOnlySpan<byte> encoded, Span<double> values)
    {
        if (encoded.Length != _pattern.Length || !Agrees(encoded))
        {
            return false;
        }

        for (var i = 0; i < _places.Length; i++)
        {
            values[i] = BinaryPrimitives.ReadDoubleLittleEndian(encoded[_places[i]..]);
        }

        return true;
    }

    private bool Agrees(ReadOnlySpan<byte> encoded)
    {
        var length = encoded.Length;
        if (length < Vector256<byte>.Count)
        {
            for (var i = 0; i < length; i++)
            {
                if (((encoded[i] ^ _pattern[i]) & _mask[i]) != 0)
                {
                    return false;
                }
            }

            return true;
        }

        ref var bytes = ref MemoryMarshal.GetReference(encoded);
        ref var pattern = ref MemoryMarshal.GetArrayDataReference(_pattern);
        ref var mask = ref MemoryMarshal.GetArrayDataReference(_mask);
        for (var at = 0; ; at += Vector256<byte>.Count)
        {
            // The last piece overlaps the one before.
            var isLast = at + Vector256<byte>.Count >= length;
            var from = (nuint)(isLast ? length - Vector256<byte>.Count : at);
            var differences = (Vector256.LoadUnsafe(ref bytes, from) ^ Vector256.LoadUnsafe(ref pattern, from)) & Vector256.LoadUnsafe(ref mask, from);
            if (differences != Vector256<byte>.Zero)
            {
                return false;
            }

            if (isLast)
            {
                return true;
            }
        }
    }
}
