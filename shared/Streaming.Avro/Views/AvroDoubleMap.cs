using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Streaming.Avro;

/// <summary>A map of doubles in place. A name that was written twice comes twice.</summary>
public readonly ref struct AvroDoubleMap
{
    /// <summary>Reads a map and checks all of it, so that going through it cannot fail.</summary>
    public AvroDoubleMap(scoped ref AvroReader reader)
    {
        var start = reader.Position;
        var count = 0;
        for (int block; (block = reader.ReadBlock(count, 1 + sizeof(double))) > 0; count += block)
        {
            reader.SkipEntries(block, sizeof(double));
        }

        Count = count;
        Encoded = reader.Slice(start, reader.Position);
    }

    /// <summary>How many entries there are.</summary>
    public int Count { get; }

    /// <summary>The map's own bytes, to be copied as they are.</summary>
    public ReadOnlySpan<byte> Encoded { get; }

    /// <summary>Goes through the entries, in the order of their bytes.</summary>
    public Enumerator GetEnumerator() => new(Encoded);

    /// <summary>One entry.</summary>
    public readonly ref struct Entry
    {
        internal Entry(ReadOnlySpan<byte> name, double value)
        {
            Name = name;
            Value = value;
        }

        /// <summary>The name, UTF-8.</summary>
        public ReadOnlySpan<byte> Name { get; }

        /// <summary>The value.</summary>
        public double Value { get; }

        /// <summary>Takes the entry apart.</summary>
        public void Deconstruct(out ReadOnlySpan<byte> name, out double value)
        {
            name = Name;
            value = Value;
        }
    }

    /// <summary>Goes through the entries.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _encoded;
        private int _left;
        private int _next;
        private int _name;
        private int _nameLength;

        internal Enumerator(ReadOnlySpan<byte> encoded) => _encoded = encoded;

        /// <summary>The entry.</summary>
        public readonly Entry Current
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => new(_encoded.Slice(_name, _nameLength), BinaryPrimitives.ReadDoubleLittleEndian(_encoded[(_name + _nameLength)..]));
        }

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
            _nameLength = CheckedItems.ReadLength(_encoded, _next, out var name);
            _name = name;
            _next = name + _nameLength + sizeof(double);
            return true;
        }
    }
}
