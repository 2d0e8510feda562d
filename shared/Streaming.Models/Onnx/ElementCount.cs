namespace Streaming.Models.Onnx;

/// <summary>How many elements some dimensions make, without overflow.</summary>
internal struct ElementCount()
{
    /// <summary>The product of the dimensions that are not zero; <see cref="long.MaxValue"/> where one is negative or it is too large to say.
    /// A zero must not hide the others.</summary>
    public long Product { get; private set; } = 1;

    /// <summary>Whether a dimension is zero.</summary>
    public bool HasZero { get; private set; }

    /// <summary>Takes the dimension, or the packed dimensions, that a reader stands at.</summary>
    public void Add(in ProtobufReader reader)
    {
        if (reader.WireType != WireType.Bytes)
        {
            Add(reader.Number);
            return;
        }

        var packed = new ProtobufReader(reader.Bytes);
        while (packed.NextPacked(out var dimension))
        {
            Add(dimension);
        }

        if (packed.IsFaulty)
        {
            Product = long.MaxValue;
        }
    }

    /// <summary>Takes a dimension; a negative one comes as a number above <see cref="long.MaxValue"/>.</summary>
    public void Add(ulong dimension)
    {
        if (dimension == 0)
        {
            HasZero = true;
            return;
        }

        var overflow = Math.BigMul((ulong)Product, dimension, out var product);
        Product = overflow != 0 || product > long.MaxValue ? long.MaxValue : (long)product;
    }
}
