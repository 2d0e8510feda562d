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
            for (var left = block; left > 0 && reader.IsOk; left--)
            {
                reader.ReadUtf8();
                reader.ReadFixed(sizeof(double));
            }
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
        private AvroReader _reader;
        private int _left;

        internal Enumerator(ReadOnlySpan<byte> encoded) => _reader = new AvroReader(encoded, AvroLimits.Trusted);

        /// <summary>The entry.</summary>
        public Entry Current { get; private set; }

        /// <summary>Goes to the next.</summary>
        public bool MoveNext()
        {
            if (_left == 0 && (_left = _reader.ReadBlock(0, 0)) == 0)
            {
                return false;
            }

            _left--;
            Current = new Entry(_reader.ReadBytes(), _reader.ReadDouble());
            return true;
        }
    }
}
