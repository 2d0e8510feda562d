using System.Runtime.CompilerServices;

namespace Streaming.Avro;

/// <summary>An array of ints in place.</summary>
public readonly ref struct AvroIntList
{
    /// <summary>Reads an array and checks all of it, so that going through it cannot fail.</summary>
    public AvroIntList(scoped ref AvroReader reader)
    {
        var start = reader.Position;
        var count = 0;
        for (int block; (block = reader.ReadBlock(count, 1)) > 0; count += block)
        {
            for (var left = block; left > 0 && reader.IsOk; left--)
            {
                reader.ReadInt();
            }
        }

        Count = count;
        Encoded = reader.Slice(start, reader.Position);
    }

    /// <summary>How many items there are.</summary>
    public int Count { get; }

    /// <summary>The array's own bytes, to be copied as they are.</summary>
    public ReadOnlySpan<byte> Encoded { get; }

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
        public int Current { get; private set; }

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
            Current = (int)CheckedItems.ReadLong(_encoded, _next, out var next);
            _next = next;
            return true;
        }
    }
}
