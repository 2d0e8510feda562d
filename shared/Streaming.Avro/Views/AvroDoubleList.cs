using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Streaming.Avro;

/// <summary>An array of doubles in place.</summary>
public readonly ref struct AvroDoubleList
{
    /// <summary>Reads an array and checks all of it, so that going through it cannot fail.</summary>
    public AvroDoubleList(scoped ref AvroReader reader)
    {
        var start = reader.Position;
        var count = 0;
        for (int block; (block = reader.ReadBlock(count, sizeof(double))) > 0; count += block)
        {
            reader.ReadFixed(block * sizeof(double));
        }

        Count = count;
        Encoded = reader.Slice(start, reader.Position);
    }

    /// <summary>How many items there are.</summary>
    public int Count { get; }

    /// <summary>The array's own bytes, to be copied as they are.</summary>
    public ReadOnlySpan<byte> Encoded { get; }

    /// <summary>Copies the items out.</summary>
    /// <param name="into">As many places as there are items, or more.</param>
    /// <exception cref="ArgumentException">There are fewer.</exception>
    public void CopyTo(Span<double> into)
    {
        if (into.Length < Count)
        {
            throw new ArgumentException($"The span has {into.Length} places for {Count} items.", nameof(into));
        }

        var i = 0;
        foreach (var item in this)
        {
            into[i++] = item;
        }
    }

    /// <summary>Goes through the items.</summary>
    public Enumerator GetEnumerator() => new(Encoded);

    /// <summary>Goes through the items.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _encoded;
        private int _left;
        private int _next;

        internal Enumerator(ReadOnlySpan<byte> encoded) => _encoded = encoded;

        /// <summary>The item.</summary>
        public double Current { get; private set; }

        /// <summary>Goes to the next.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool MoveNext()
        {
            if (_left == 0)
            {
                _left = CheckedItems.ReadCount(_encoded, _next, out var first);
                _next = first;
                if (_left == 0)
                {
                    return false;
                }
            }

            _left--;
            Current = BinaryPrimitives.ReadDoubleLittleEndian(_encoded[_next..]);
            _next += sizeof(double);
            return true;
        }
    }
}
